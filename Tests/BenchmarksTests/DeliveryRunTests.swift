import Testing

@testable import Benchmarks

/// Whole runs against a real server on loopback, honest and otherwise.
struct DeliveryRunTests {
  private func run(
    _ fault: TestBroadcaster.Fault = .none, splitWrites: Bool = false, window: Int = 4, loops: Int = 1,
    pace: Publisher.Pace? = nil
  ) throws -> DeliveryRun.Outcome {
    let server = try TestBroadcaster(fault: fault, splitWrites: splitWrites)
    defer { server.stop() }
    let target = try Target(base: "http://127.0.0.1:\(server.port)")
    let address = try Socket.resolve(target)
    let plan = DeliveryRun.Plan(
      target: target, address: address, subscribers: 5, loops: loops, paths: ["/sub"], window: window, seconds: 0.2,
      warmupSeconds: 0.05, stallSeconds: 0.5, matching: .sequence, server: ServerProcess(listeningOn: server.port))
    return try DeliveryRun(plan: plan, progress: Progress(isEnabled: false)).run(pace: pace ?? .window(window)) {
      try SocketSender(poller: $0, target: target, address: address, path: "/pub", messageBytes: 250)
    }
  }

  @Test(arguments: [1, 4, 64], [1, 2])
  func everythingArrivesOnce(window: Int, loops: Int) throws {
    let outcome = try run(window: window, loops: loops)
    #expect(!outcome.faults.isFailure, "\(outcome.faults)")
    #expect(outcome.published > 0)
    #expect(outcome.deliveries > 0 && outcome.deliveries <= outcome.published * 5)
    #expect(outcome.histogram.count == outcome.deliveries)
    #expect(outcome.cost.serverUserSeconds != nil)
  }

  @Test func framesCutAnywhereAreJoined() throws {
    let outcome = try run(splitWrites: true)
    #expect(!outcome.faults.isFailure, "\(outcome.faults)")
    #expect(outcome.deliveries > 0)
  }

  @Test func aScheduleIsFollowed() throws {
    let outcome = try run(pace: .rate(200))
    #expect(!outcome.faults.isFailure, "\(outcome.faults)")
    // 50 in 0.25 seconds; a slow machine may fall behind the schedule, never run ahead of it.
    #expect(outcome.published <= 52)
  }

  @Test func aDroppedMessageIsMissing() throws {
    let outcome = try run(.drop(3))
    #expect(outcome.faults.missing == 1)
    #expect(outcome.faults.duplicates == 0)
    #expect(outcome.faults.isFailure)
  }

  @Test func aRepeatedMessageIsADuplicate() throws {
    let outcome = try run(.duplicate(3))
    #expect(outcome.faults.duplicates == 1)
    #expect(outcome.faults.missing == 0)
  }

  @Test func aLateMessageIsOutOfOrder() throws {
    let outcome = try run(.swap(3))
    #expect(outcome.faults.reordered == 1)
    #expect(outcome.faults.missing == 0)
  }

  @Test func aSocketClosedByTheServerIsLostWithItsReason() throws {
    let outcome = try run(.close(3))
    #expect(outcome.faults.lost == 1)
    #expect(outcome.faults.missing > 0)
    #expect(outcome.faults.note?.contains("1013 too slow") == true)
  }

  @Test func nobodyListeningIsAnError() throws {
    let server = try TestBroadcaster()
    server.stop()
    let target = try Target(base: "http://127.0.0.1:\(server.port)")
    let address = try Socket.resolve(target)
    let poller = try Poller()
    let set = SubscriberSet(poller: poller, target: target, address: address, sink: CountingSink())
    set.open([.init(client: 0, topic: 0, path: "/sub")])
    while !set.isSettled {
      for index in 0..<poller.wait(nanoseconds: 10_000_000) {
        let event = poller.event(at: index)
        set.handle(0, isWritable: event.isWritable, isReadable: event.isReadable, now: Clock.now())
      }
    }
    #expect(set.lostCount == 1)
    #expect(set.firstLoss?.contains("Connection refused") == true)
  }
}
