import Testing

@testable import Storage

@Suite struct SessionsTests {
  let fixture: PeopleFixture

  init() throws { fixture = try PeopleFixture() }

  func begin(lasting seconds: Int64 = 600, from origin: SessionOrigin = SessionOrigin(method: "magic")) throws
    -> Session
  {
    try fixture.write { try Sessions.create(for: fixture.captain, lasting: seconds, from: origin, $0) }
  }

  func caller(_ session: Session) throws -> Caller { try #require(try fixture.resolve(session.token)) }

  func list(_ caller: Caller) throws -> [ActiveSession] { try Sessions.list(caller, at: fixture.now, fixture.writer) }

  @Test func theListTellsWhereSomebodyIsSignedIn() throws {
    let origin = SessionOrigin(method: "password", userAgent: "Browser/1", address: "192.0.2.1")
    let first = try begin(from: origin)
    let second = try begin()
    let expired = try begin(lasting: 1)
    fixture.advance(seconds: 2)
    let sessions = try list(try caller(first))
    #expect(sessions.map(\.id) == [second.id, first.id])
    #expect(!sessions.contains { $0.id == expired.id })
    #expect(sessions.map(\.isCurrent) == [false, true])
    #expect(sessions[1].origin == origin)
    #expect(sessions[1].createdAt == first.createdAt.text && sessions[1].lastUsedAt == first.createdAt.text)
    #expect(try list(try fixture.member("alice")).isEmpty)
  }

  @Test func whatAClientSaysOfItselfIsBounded() {
    let origin = SessionOrigin(
      method: "magic", userAgent: " a\u{0}\r\nb\u{1b}[31m\u{85}" + String(repeating: "é", count: 400), address: "x")
    #expect(origin.userAgent.hasPrefix("ab[31mé"))
    #expect(origin.userAgent.utf8.count <= SessionOrigin.userAgentBytesMax)
    #expect(origin.userAgent.utf8.count > SessionOrigin.userAgentBytesMax - 4)
  }

  @Test func allButTheCurrentOneAreEnded() throws {
    let current = try begin()
    let others = [try begin(), try begin()]
    let alice = try fixture.member("alice")
    let hers = try fixture.write {
      try Sessions.create(for: alice.userID, lasting: 60, from: SessionOrigin(method: "magic"), $0)
    }
    #expect(try fixture.write { try Sessions.revokeAll(of: fixture.captain, except: current.id, $0) } == 2)
    #expect(fixture.invalidations == [.credentials(fixture.captain)])
    #expect(try others.map { try fixture.resolve($0.token) } == [nil, nil])
    #expect(try fixture.resolve(current.token) != nil && fixture.resolve(hers.token) != nil)
    #expect(try fixture.write { try Sessions.revokeAll(of: fixture.captain, except: current.id, $0) } == 0)
    #expect(fixture.invalidations.isEmpty)
    #expect(try fixture.write { try Sessions.revokeAll(of: fixture.captain, except: nil, $0) } == 1)
    #expect(try fixture.resolve(current.token) == nil)
  }

  @Test func linksOnTheirWayEndWithTheSessions() throws {
    let dora = try fixture.write { try Users.create(displayName: "Dora", email: "Dora@Example.com", $0) }
    let links = try fixture.write { tx in
      try ["dora@example.com", "eve@example.com"].map {
        try MagicLinks.create(email: $0, displayName: "", lasting: 60, tx).token
      }
    }
    _ = try fixture.write { try Sessions.revokeAll(of: dora.id, except: nil, $0) }
    func use(_ token: String) throws -> String {
      try fixture.write {
        try MagicLinks.consume(token: token, sessionSeconds: 60, from: SessionOrigin(method: "magic"), $0).1.displayName
      }
    }
    #expect(throws: StoreError.self) { try use(links[0]) }
    #expect(try !use(links[1]).isEmpty)
  }

  @Test func theLastUseIsWrittenAtMostEverySoOften() throws {
    let session = try begin(lasting: 86_400)
    let caller = try caller(session)
    func use() throws -> String? {
      try fixture.write { try Sessions.recordUses([(session.id, $0.now), ("ses_gone", $0.now)], $0) }
      return try list(caller).first?.lastUsedAt
    }
    fixture.advance(seconds: Sessions.useRecordedEverySeconds - 1)
    #expect(try use() == session.createdAt.text)
    fixture.advance(seconds: 1)
    #expect(try use() == fixture.now.text)
  }

  @Test func aPersonHasABoundedNumberOfSessions() throws {
    let first = try begin()
    let second = try begin()
    fixture.advance(seconds: 400)
    try fixture.write { try Sessions.recordUses([(first.id, $0.now)], $0) }
    for _ in 2..<Sessions.perPersonMax {
      _ = try begin()
      #expect(fixture.invalidations.isEmpty)
    }
    _ = try begin()
    #expect(fixture.invalidations == [.credentials(fixture.captain)])
    #expect(try list(try caller(first)).count == Int(Sessions.perPersonMax))
    #expect(try fixture.resolve(second.token) == nil, "the one that was used the longest ago")
  }

  @Test func sessionsOfAnOlderSchemaAreListed() throws {
    let session = try begin()
    try fixture.write { _ = try $0.db.execute("UPDATE sessions SET last_used_at = NULL, method = ''") }
    #expect(try list(try caller(session)).map(\.lastUsedAt) == [session.createdAt.text])
  }
}
