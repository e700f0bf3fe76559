import Testing

@testable import Storage

/// Hashes are only texts here; `Argon2idTests` has the real ones.
@Suite struct PasswordsTests {
  let fixture: PeopleFixture
  let alice: Caller
  let origin = SessionOrigin(method: "password")

  init() throws {
    fixture = try PeopleFixture()
    alice = try fixture.member("alice")
  }

  func begin() throws -> Session {
    try fixture.write { try Sessions.create(for: alice.userID, lasting: 600, from: origin, $0) }
  }

  func set(_ hash: String) throws { try fixture.write { try Passwords.set(hash, for: alice.userID, except: nil, $0) } }

  func stored() throws -> Passwords.Stored? { try Passwords.find(email: " ALICE@example.test", fixture.writer) }

  func signIn(_ stored: Passwords.Stored, renewed: String? = nil) throws -> (session: Session, user: User) {
    try fixture.write { try Passwords.signIn(stored, renewed: renewed, lasting: 600, from: origin, $0) }
  }

  func reset(_ token: String, _ hash: String = "new") throws -> (session: Session, user: User) {
    try fixture.write { try PasswordResets.consume(token: token, hash: hash, sessionSeconds: 600, from: origin, $0) }
  }

  func link(lasting seconds: Int64 = 600) throws -> String {
    try fixture.write { try Administration.createPasswordReset(email: "alice@example.test", lasting: seconds, $0) }
  }

  @Test func aPasswordIsFoundByTheAddressAndSignsIn() throws {
    #expect(try stored() == nil)
    try set("one")
    let stored = try #require(try stored())
    #expect(stored == Passwords.Stored(userID: alice.userID, hash: "one"))
    let (session, user) = try signIn(stored)
    #expect(user.id == alice.userID && session.userID == alice.userID)
    #expect(try Passwords.find(email: "bob@example.test", fixture.writer) == nil)
    expectRefusal(.invalid) { try Passwords.find(email: "nonsense", fixture.writer) }
  }

  @Test func signingInRenewsTheHashAndFailsWhenItWasChangedMeanwhile() throws {
    try set("one")
    let stored = try #require(try stored())
    _ = try signIn(stored, renewed: "two")
    #expect(try Passwords.hash(of: alice.userID, fixture.writer) == "two")
    expectRefusal(.unauthenticated) { try signIn(stored) }
    let renewed = try #require(try self.stored())
    try fixture.write { _ = try $0.db.execute("UPDATE users SET deleted_at = ?1", [.text($0.now.text)]) }
    expectRefusal(.unauthenticated) { try signIn(renewed) }
  }

  @Test func changingItEndsTheOtherSessionsAndTheLinks() throws {
    let current = try begin()
    let other = try begin()
    let token = try link()
    let caller = try #require(try fixture.resolve(current.token))
    try fixture.write { try Passwords.change(caller, from: nil, to: "one", $0) }
    #expect(fixture.invalidations == [.credentials(alice.userID)])
    #expect(try fixture.resolve(current.token) != nil && fixture.resolve(other.token) == nil)
    expectRefusal(.invalid) { try reset(token) }
    expectRefusal(.conflict) { try fixture.write { try Passwords.change(caller, from: nil, to: "two", $0) } }
    expectRefusal(.conflict) { try fixture.write { try Passwords.remove(caller, "two", $0) } }
    try fixture.write { try Passwords.change(caller, from: "one", to: "two", $0) }
    try fixture.write { try Passwords.remove(caller, "two", $0) }
    #expect(try Passwords.hash(of: alice.userID, fixture.writer) == nil)
    #expect(try fixture.resolve(current.token) != nil)
  }

  @Test func theOnlyWayToSignInStays() throws {
    let caller = try #require(try fixture.resolve(try begin().token))
    try set("one")
    // An address counts: without it the password is all there is.
    try fixture.writer.execute("UPDATE users SET email = NULL WHERE id = ?1", [.text(alice.userID)])
    expectRefusal(.conflict) { try fixture.write { try Passwords.remove(caller, "one", $0) } }
    #expect(try stored() == nil && Passwords.hash(of: alice.userID, fixture.writer) == "one")
  }

  @Test func aPasswordNeedsAnAddressOfOnesOwn() throws {
    expectRefusal(.conflict) { try fixture.write { try Passwords.set("x", for: fixture.captain, except: nil, $0) } }
    _ = try fixture.write { try Users.create(displayName: "Other", email: "Alice@Example.test", $0) }
    expectRefusal(.conflict) { try set("x") }
    expectRefusal(.conflict) { try link() }
    expectRefusal(.notFound) {
      try fixture.write { try Administration.setPassword(email: "no@one.test", hash: "", $0) }
    }
  }

  @Test func aLinkSetsThePasswordOnceAndEndsEverySession() throws {
    try set("one")
    let before = try begin()
    let token = try link()
    let second = try link()
    #expect(try PasswordResets.owner(of: " \(token)\n", at: fixture.now, fixture.writer) == alice.userID)
    let (session, user) = try reset(token)
    #expect(user.id == alice.userID)
    #expect(try stored()?.hash == "new")
    #expect(try fixture.resolve(before.token) == nil && fixture.resolve(session.token) != nil)
    expectRefusal(.invalid) { try reset(token) }
    expectRefusal(.invalid) { try reset(second) }
  }

  @Test func linksExpireAndAreBounded() throws {
    let expired = try link(lasting: 60)
    fixture.advance(seconds: 60)
    expectRefusal(.invalid) { try reset(expired) }
    for token in ["", "pwr_x", try Token(.passwordReset).text, try begin().token] {
      expectRefusal(.invalid) { try reset(token) }
    }
    var tokens: [String] = []
    for _ in 0..<8 {
      fixture.advance(seconds: 1)
      tokens.append(try link())
    }
    #expect(try fixture.writer.first("SELECT count(*) FROM password_resets") { $0.int(0) } == 5)
    expectRefusal(.invalid) { try reset(tokens[2]) }
    _ = try reset(tokens[3])
  }

  @Test func theDatabaseHasNoSecretOfALink() throws {
    let token = try link()
    let hash = try #require(try fixture.writer.first("SELECT hex(token_hash) FROM password_resets") { $0.text(0) })
    #expect(hash.count == 64 && !token.contains(hash))
  }
}
