import FoundationEssentials
import Testing

@testable import Storage

@Suite struct UsersTests {
  private func changes(_ json: String) throws -> ProfileChanges {
    try JSONDecoder().decode(ProfileChanges.self, from: Data(json.utf8))
  }

  private func json(_ profile: Profile) -> String { String(decoding: profile.json, as: UTF8.self) }

  @Test func aProfileIsReadAsItWasWritten() throws {
    let fixture = try PeopleFixture()
    let alice = try fixture.member("alice")
    let wanted = try changes(
      """
      {"display_name": " Alice Cooper ", "handle": "@Alice-C", "avatar_url": "https://example.com/a.png",
       "notification_settings": {"pushover_enabled": true, "pushover_user_key": "abcdefghij0123456789ABCDEFGHIJ"},
       "appearance_preferences": {"color_mode": "dark", "density": "compact"}}
      """)
    let written = try fixture.write { try Users.update(alice, wanted, $0) }
    #expect(fixture.invalidations == [.user(alice.userID)])
    let read = try Users.profile(of: alice.userID, fixture.writer)
    #expect(json(read) == json(written))
    #expect(read.user.displayName == "Alice Cooper")
    #expect(read.user.handle == "alice-c")
    #expect(read.notifications.pushoverEnabled)
    #expect(json(read).contains(#""appearance_preferences":{"color_mode":"dark","density":"compact"}"#))
  }

  @Test func whatIsAbsentStays() throws {
    let fixture = try PeopleFixture()
    let alice = try fixture.member("alice")
    let before = try fixture.write {
      try Users.update(alice, try changes(#"{"handle": "ace", "avatar_url": "http://example.com/x"}"#), $0)
    }
    let after = try fixture.write { try Users.update(alice, try changes(#"{"handle": null}"#), $0) }
    #expect(json(before) == json(after))
    #expect(!json(after).contains("appearance_preferences"))
  }

  @Test func anInvalidPartChangesNothing() throws {
    let fixture = try PeopleFixture()
    let alice = try fixture.member("alice")
    let before = json(try Users.profile(of: alice.userID, fixture.writer))
    for text in [
      #"{"display_name": "Nope", "appearance_preferences": {"board_theme": "pink"}}"#,
      #"{"display_name": "Nope", "handle": "-"}"#, #"{"display_name": "   "}"#,
      #"{"notification_settings": {"pushover_user_key": "short"}}"#,
      #"{"notification_settings": {"pushover_enabled": true}}"#,
      #"{"notification_settings": {"pushover_user_key": "äbcdefghij0123456789ABCDEFGHI"}}"#,
    ] {
      expectRefusal(.invalid) { try fixture.write { try Users.update(alice, try changes(text), $0) } }
    }
    #expect(json(try Users.profile(of: alice.userID, fixture.writer)) == before)
  }

  @Test func handlesAreUniqueWithoutCaseAndFreeAgainWhenGivenUp() throws {
    let fixture = try PeopleFixture()
    let alice = try fixture.member("alice")
    let bob = try fixture.member("bob")
    func set(_ caller: Caller, _ handle: String) throws -> Profile {
      var changes = ProfileChanges()
      changes.handle = handle
      return try fixture.write { try Users.update(caller, changes, $0) }
    }
    _ = try set(alice, "ace")
    expectRefusal(.conflict) { try set(bob, "ACE") }
    #expect(try set(alice, "@ace").user.handle == "ace")
    _ = try set(alice, "")
    _ = try set(bob, "")
    #expect(try set(bob, "ace").user.handle == "ace")
  }

  @Test func preferencesReturnToTheirDefaultsOneByOne() throws {
    let fixture = try PeopleFixture()
    let alice = try fixture.member("alice")
    func patch(_ text: String) throws -> String {
      json(
        try fixture.write {
          try Users.update(alice, try changes(#"{"appearance_preferences": \#(text)}"#), $0)
        })
    }
    #expect(try patch(#"{"color_mode": "dark", "board_theme": "ember"}"#).contains(#""board_theme":"ember"}"#))
    #expect(
      try patch(#"{"message_layout": "outlined", "density": "compact"}"#).contains(
        #"{"color_mode":"dark","board_theme":"ember","message_layout":"outlined","density":"compact"}"#))
    #expect(
      try patch(#"{"color_mode": "system", "board_theme": "signal"}"#).contains(
        #"{"message_layout":"outlined","density":"compact"}"#))
    #expect(try patch(#"{"message_layout": "", "density": "comfortable"}"#).contains(#""appearance_preferences":{}"#))
    expectRefusal(.invalid) { try patch(#"{"color_mode": "neon"}"#) }
  }

  @Test func anEmptyPictureIsGeneratedAgain() throws {
    let fixture = try PeopleFixture()
    let alice = try fixture.member("alice")
    let generated = try Users.require(alice.userID, fixture.writer).avatarURL
    var changes = ProfileChanges()
    changes.avatarURL = "https://example.com/a.png"
    #expect(try fixture.write { try Users.update(alice, changes, $0) }.user.avatarURL == "https://example.com/a.png")
    changes.avatarURL = ""
    #expect(try fixture.write { try Users.update(alice, changes, $0) }.user.avatarURL == generated)
  }

  @Test func botsHaveNoPrivateSettingsAndDoNotChangeThemselves() throws {
    let fixture = try PeopleFixture()
    let (bot, token) = try fixture.bot()
    let profile = json(try Users.profile(of: bot.id, fixture.writer))
    #expect(!profile.contains("notification_settings"))
    let caller = try #require(try fixture.resolve(token.secret))
    expectRefusal(.forbidden) { try fixture.write { try Users.update(caller, ProfileChanges(), $0) } }
  }
}
