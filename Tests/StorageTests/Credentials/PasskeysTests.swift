import Testing

@testable import Storage

/// A credential whose identifier is this byte.
func passkeyDraft(
  _ byte: UInt8, handle: UInt8 = 1, count: UInt32 = 0, transports: [String] = ["internal"]
) -> PasskeyDraft {
  PasskeyDraft(
    credentialID: [byte, 0, 0xff], userHandle: [handle, 0], publicKey: [0xa0, 0], signatureCount: count,
    isBackupEligible: true, isBackedUp: false, transports: transports)
}

@Suite struct PasskeysTests {
  let fixture: PeopleFixture
  let alice: Caller

  init() throws {
    fixture = try PeopleFixture()
    alice = try fixture.member("alice")
  }

  @discardableResult
  private func register(_ draft: PasskeyDraft, name: String = "", for user: Caller? = nil, max: Int = 20) throws
    -> Passkey
  {
    let user = user ?? alice
    return try fixture.write { try Passkeys.register(draft, name: name, for: user.userID, max: max, $0) }
  }

  private func signIn(_ byte: UInt8, count: UInt32) throws -> User? {
    guard let known = try Passkeys.find(credentialID: [byte, 0, 0xff], fixture.writer) else { return nil }
    return try fixture.write {
      try Passkeys.signIn(
        known, signatureCount: count, isBackedUp: true, sessionSeconds: 60, from: SessionOrigin(method: "passkey"), $0)
    }?.user
  }

  @Test func areListedRenamedAndRemovedByTheirOwnerOnly() throws {
    let first = try register(passkeyDraft(1), name: "  Phone  ")
    let second = try register(passkeyDraft(2))
    #expect(first.name == "Phone" && second.name == Passkeys.defaultName)
    #expect(try Passkeys.list(alice, fixture.writer) == [first, second])
    let bob = try fixture.member("bob")
    #expect(try Passkeys.list(bob, fixture.writer).isEmpty)
    expectRefusal(.notFound) { try fixture.write { try Passkeys.rename(bob, first.id, to: "Mine", $0) } }
    expectRefusal(.notFound) { try fixture.write { try Passkeys.delete(bob, first.id, $0) } }
    #expect(try fixture.write { try Passkeys.rename(alice, first.id, to: "Key", $0) }.name == "Key")
    for name in ["", "  ", String(repeating: "x", count: 81)] {
      expectRefusal(.invalid) { try fixture.write { try Passkeys.rename(alice, first.id, to: name, $0) } }
    }
    try fixture.write { try Passkeys.delete(alice, first.id, $0) }
    #expect(try Passkeys.list(alice, fixture.writer) == [second])
    expectRefusal(.notFound) { try fixture.write { try Passkeys.delete(alice, first.id, $0) } }
  }

  @Test func areUniqueAndBounded() throws {
    try register(passkeyDraft(1))
    expectRefusal(.conflict) { try register(passkeyDraft(1)) }
    expectRefusal(.conflict) { try register(passkeyDraft(1), for: fixture.owner) }
    try register(passkeyDraft(2), max: 2)
    expectRefusal(.conflict) { try register(passkeyDraft(3), max: 2) }
    expectRefusal(.conflict) { _ = try Passkeys.registered(of: alice.userID, max: 2, fixture.writer) }
    expectRefusal(.invalid) { try register(passkeyDraft(3), name: String(repeating: "ü", count: 41)) }
  }

  @Test func shareOneHandleAndAreExcludedFromTheNextRegistration() throws {
    #expect(try Passkeys.registered(of: alice.userID, max: 5, fixture.writer).handle == nil)
    try register(passkeyDraft(1, handle: 9, transports: ["usb", "nfc", "a,b", "", "Ünicode", "x y"]))
    let registered = try Passkeys.registered(of: alice.userID, max: 5, fixture.writer)
    #expect(registered.handle == [9, 0])
    #expect(registered.descriptors == [PasskeyDescriptor(credentialID: [1, 0, 0xff], transports: ["usb", "nfc"])])
  }

  /// WebAuthn Level 3, section 6.1.1.
  @Test func refuseACounterThatDidNotGrow() throws {
    try register(passkeyDraft(1))
    #expect(try signIn(1, count: 0)?.id == alice.userID)
    #expect(try signIn(1, count: 0)?.id == alice.userID)
    #expect(try signIn(1, count: 5)?.id == alice.userID)
    for count: UInt32 in [5, 4, 0] { #expect(try signIn(1, count: count) == nil, "\(count)") }
    #expect(try signIn(1, count: .max)?.id == alice.userID)
    #expect(try signIn(1, count: .max) == nil)
    let used = try Passkeys.list(alice, fixture.writer).first
    #expect(used?.lastUsedAt == fixture.now.text)
  }

  @Test func signNobodyInWhoIsGone() throws {
    try register(passkeyDraft(1))
    let known = try #require(try Passkeys.find(credentialID: [1, 0, 0xff], fixture.writer))
    #expect(known.userID == alice.userID && known.userHandle == [1, 0] && known.publicKey == [0xa0, 0])
    #expect(try Passkeys.find(credentialID: [1, 0], fixture.writer) == nil)
    try fixture.writer.execute("UPDATE users SET deleted_at = created_at WHERE id = ?1", [.text(alice.userID)])
    #expect(try Passkeys.find(credentialID: [1, 0, 0xff], fixture.writer) == nil)
    let session = try fixture.write {
      try Passkeys.signIn(
        known, signatureCount: 1, isBackedUp: true, sessionSeconds: 60, from: SessionOrigin(method: "passkey"), $0)
    }
    #expect(session == nil)
  }

  @Test func theLastWayToSignInStays() throws {
    let passkey = try register(passkeyDraft(1))
    try fixture.writer.execute("UPDATE users SET email = NULL WHERE id = ?1", [.text(alice.userID)])
    expectRefusal(.conflict) { try fixture.write { try Passkeys.delete(alice, passkey.id, $0) } }
    #expect(try Passkeys.list(alice, fixture.writer) == [passkey])
    let others = [
      "INSERT INTO passwords (user_id, hash, changed_at) VALUES (?1, 'x', '2026')",
      "INSERT INTO identities (id, issuer, subject, user_id, email, created_at, last_used_at) "
        + "VALUES ('idn_1', 'x', 'x', ?1, 'x', '2026', '2026')",
      "UPDATE users SET email = 'a@b.c' WHERE id = ?1",
    ]
    for statement in others {
      try fixture.writer.execute("SAVEPOINT before")
      try fixture.writer.execute(statement, [.text(alice.userID)])
      try fixture.writer.execute("DELETE FROM passkeys WHERE id = ?1", [.text(passkey.id)])
      try SignInWays.requireOne(of: alice.userID, fixture.writer)
      try fixture.writer.execute("ROLLBACK TO before")
      try fixture.writer.execute("RELEASE before")
    }
    try register(passkeyDraft(2))
    try fixture.write { try Passkeys.delete(alice, passkey.id, $0) }
  }
}
