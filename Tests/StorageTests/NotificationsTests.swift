import Testing

@testable import Storage

@Suite struct NotificationsTests {
  let fixture: MessagesFixture
  let alice: Caller
  let bob: Caller

  init() throws {
    fixture = try MessagesFixture()
    alice = try fixture.member("Alice", handle: "alice")
    bob = try fixture.member("Bob", handle: "bob")
  }

  private func enable(_ caller: Caller) throws {
    try fixture.execute(
      "UPDATE users SET pushover_enabled = 1, pushover_user_key = ?2 WHERE id = ?1",
      [.text(caller.userID), .text("key of \(caller.userID)")])
  }

  /// What the job that the last message enqueued would tell, and whom.
  private func told() throws -> [UserID] {
    let jobs = try fixture.write { tx in
      try Jobs.claim(10, by: "test", at: tx.now, leasedUntil: tx.now.adding(seconds: 60), chance: { 0 }, tx)
    }
    return try jobs.flatMap { job in
      #expect(job.kind == .notifyOfMessage)
      let cause: Notifications.Cause = try job.decode()
      return try fixture.read { try Notifications.recipients(of: cause, $0)?.userIDs ?? [] }
    }
  }

  private func choose(_ preference: String) throws {
    _ = try fixture.write { try ChannelNotifications.choose(preference, alice, for: fixture.general, $0) }
  }

  @Test func withoutAnybodyWhoWantsItNothingIsEnqueued() throws {
    _ = try fixture.post("ahoy @alice")
    #expect(try fixture.read { try Jobs.counts($0) }.pending == 0)
    try enable(alice)
    _ = try fixture.post("ahoy everyone")
    #expect(try fixture.read { try Jobs.counts($0) }.pending == 0)
    _ = try fixture.post("ahoy @alice")
    #expect(try fixture.read { try Jobs.counts($0) }.pending == 1)
  }

  @Test func mentionsReachThoseWhoWantThem() throws {
    try enable(alice)
    _ = try fixture.post("ahoy @alice and @bob")
    #expect(try told() == [alice.userID])
    _ = try fixture.post("@alice myself", as: alice)
    #expect(try told().isEmpty)
    try choose("mentions")
    _ = try fixture.post("ahoy @alice")
    #expect(try told() == [alice.userID])
    try choose("muted")
    _ = try fixture.post("ahoy @alice")
    #expect(try told().isEmpty)
  }

  @Test func repliesReachThoseWhoTakePart() throws {
    try enable(alice)
    let root = try fixture.post("root", as: bob).message.id
    _ = try fixture.reply("before her", to: root)
    #expect(try told().isEmpty)
    _ = try fixture.reply("hers", to: root, as: alice)
    #expect(try told().isEmpty)
    _ = try fixture.reply("after her", to: root)
    #expect(try told() == [alice.userID])
    try choose("mentions")
    _ = try fixture.reply("again", to: root)
    #expect(try told().isEmpty)
  }

  @Test func nobodyIsToldOfWhatTheyMayNotRead() throws {
    try enable(alice)
    let message = try fixture.post("ahoy @alice").message
    let notice = Notifications.Notice(messageID: message.id, userID: alice.userID)
    let content = try #require(try fixture.read { try Notifications.content(of: notice, $0) })
    #expect(content.title == "Captain in #general")
    #expect(content.body == "ahoy @alice")
    #expect(content.pushoverUserKey == "key of \(alice.userID)")
    #expect(content.path.hasPrefix("/app/T"))
    try fixture.execute("DELETE FROM workspace_members WHERE user_id = ?1", [.text(alice.userID)])
    #expect(try told().isEmpty)
    #expect(try fixture.read { try Notifications.content(of: notice, $0) } == nil)
  }

  @Test func whatWasDeletedMeanwhileIsNotTold() throws {
    try enable(alice)
    let message = try fixture.post("ahoy @alice").message
    _ = try fixture.write { try Messages.delete(fixture.owner, message.id, $0) }
    #expect(try told().isEmpty)
    let notice = Notifications.Notice(messageID: message.id, userID: alice.userID)
    #expect(try fixture.read { try Notifications.content(of: notice, $0) } == nil)
  }

  @Test func longMessagesAreCut() throws {
    try enable(alice)
    let message = try fixture.post("@alice " + String(repeating: "é", count: 5_000)).message
    let notice = Notifications.Notice(messageID: message.id, userID: alice.userID)
    let content = try #require(try fixture.read { try Notifications.content(of: notice, $0) })
    #expect(content.body.unicodeScalars.count == Notifications.bodyScalarsMax)
  }
}
