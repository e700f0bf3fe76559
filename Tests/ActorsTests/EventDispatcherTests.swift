import Runtime
import Storage
import Testing

@testable import Actors

@Suite(.timeLimit(.minutes(5))) struct EventDispatcherTests {
  @Test func deliversSignedInTheOrderOfTheLog() async throws {
    let fixture = try await DeliveryFixture()
    let receiver = try CallbackReceiver(group: fixture.group, statuses: [200])
    let subscription = try await fixture.subscribe(["message.created"], to: receiver.url("/events"))
    var events: [Event] = []
    for number in 1...3 { events.append(try await fixture.post("message \(number)")) }
    let attempts = try await fixture.attempts(of: subscription, count: 3)

    let calls = receiver.calls.value
    #expect(calls.map { $0.headers["x-clickclack-event-id"] } == events.map(\.id))
    for (call, event) in zip(calls, events) {
      #expect(call.path == "/events")
      #expect(call.headers["content-type"] == "application/json")
      let body = String(decoding: call.body, as: UTF8.self)
      let sent = String(decoding: event.json, as: UTF8.self)
      #expect(body == "{\"subscription_id\":\"\(subscription.id)\",\"event\":\(sent)}")
      let timestamp = try #require(call.headers["x-clickclack-timestamp"])
      #expect(
        call.headers["x-clickclack-signature"]
          == CallbackSignature.value(timestamp: timestamp, body: call.body, secret: subscription.signingSecret))
    }
    #expect(attempts.map(\.responseStatus) == [200, 200, 200])
    #expect(attempts.map(\.eventID) == events.reversed().map(\.id))
    #expect(try await fixture.areWaiting() == false)
    #expect(fixture.dispatcher.counters.delivered == 3)
    try await fixture.end()
  }

  @Test func triesAgainUntilTheAppTakesIt() async throws {
    let fixture = try await DeliveryFixture()
    let receiver = try CallbackReceiver(group: fixture.group, statuses: [500, 302, 204])
    let subscription = try await fixture.subscribe(["*"], to: receiver.url("/"))
    let event = try await fixture.post("hello")
    let attempts = try await fixture.attempts(of: subscription, count: 3)
    #expect(attempts.map(\.attempt) == [3, 2, 1])
    #expect(attempts.map(\.responseStatus) == [204, 302, 500])
    #expect(attempts.map(\.error.isEmpty) == [true, false, false])
    #expect(attempts.allSatisfy { $0.eventID == event.id })
    #expect(Set(receiver.calls.value.map(\.body)).count == 1)
    #expect(try await fixture.areWaiting() == false)
    try await fixture.end()
  }

  @Test func givesUpAfterTheLastTry() async throws {
    let fixture = try await DeliveryFixture(retryMilliseconds: [5, 5])
    let receiver = try CallbackReceiver(group: fixture.group, statuses: [503])
    let subscription = try await fixture.subscribe(["*"], to: receiver.url("/"))
    try await fixture.post("hello")
    let attempts = try await fixture.attempts(of: subscription, count: 3)
    #expect(attempts.count == 3)
    #expect(try await fixture.areWaiting() == false)
    try await fixture.end()
  }

  @Test func aRestartLosesNothing() async throws {
    // The next try is far away, so only the restart with shorter times can make it; the time is on disk.
    let fixture = try await DeliveryFixture(retryMilliseconds: [150])
    let receiver = try CallbackReceiver(group: fixture.group, statuses: [500, 200])
    let subscription = try await fixture.subscribe(["*"], to: receiver.url("/"))
    let first = try await fixture.post("while the app is down")
    _ = try await fixture.attempts(of: subscription, count: 1)
    // Committed while no dispatcher runs: the log itself remembers it.
    await fixture.dispatcher.stop()
    let second = try await fixture.post("while the server goes down")
    try await fixture.restart()
    let attempts = try await fixture.attempts(of: subscription, count: 3)
    #expect(Set(attempts.filter { $0.responseStatus == 200 }.map(\.eventID)) == [first.id, second.id])
    #expect(try await fixture.areWaiting() == false)
    try await fixture.end()
  }

  @Test func privateAddressesAreNotCalled() async throws {
    let fixture = try await DeliveryFixture(retryMilliseconds: [], allowing: [])
    let receiver = try CallbackReceiver(group: fixture.group, statuses: [200])
    let plain = try await fixture.subscribe(["*"], to: receiver.url("/"))
    let port = receiver.url("").split(separator: ":").last ?? ""
    let encrypted = try await fixture.subscribe(["*"], to: "https://localhost:\(port)/")
    try await fixture.post("hello")
    for subscription in [plain, encrypted] {
      let attempts = try await fixture.attempts(of: subscription, count: 1)
      #expect(attempts[0].responseStatus == 0)
      #expect(attempts[0].error.contains("does not allow"))
    }
    #expect(receiver.calls.value.isEmpty)
    try await fixture.end()
  }

  @Test func aRevokedSubscriptionIsLeftAlone() async throws {
    let fixture = try await DeliveryFixture(retryMilliseconds: [60_000])
    let receiver = try CallbackReceiver(group: fixture.group, statuses: [500, 200])
    let revoked = try await fixture.subscribe(["*"], to: receiver.url("/revoked"))
    try await fixture.post("one")
    _ = try await fixture.attempts(of: revoked, count: 1)
    #expect(try await fixture.areWaiting())
    let owner = fixture.owner
    _ = try await fixture.database.write { try EventSubscriptions.revoke(owner, revoked.id, $0) }
    #expect(try await fixture.areWaiting() == false)
    let other = try await fixture.subscribe(["*"], to: receiver.url("/other"))
    try await fixture.post("two")
    _ = try await fixture.attempts(of: other, count: 1)
    #expect(receiver.calls.value.map(\.path) == ["/revoked", "/other"])
    try await fixture.end()
  }
}
