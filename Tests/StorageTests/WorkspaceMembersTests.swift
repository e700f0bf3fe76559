import Testing

@testable import Storage

@Suite struct WorkspaceMembersTests {
  private func page(
    _ fixture: SpacesFixture, limit: Int = 100, cursor: String? = nil, query: String = "", role: Role? = nil
  ) throws -> WorkspaceMembers.Page {
    var request = WorkspaceMembers.Request()
    request.limit = limit
    request.cursor = cursor
    request.query = query
    request.role = role
    return try fixture.read { try WorkspaceMembers.page(fixture.captain, in: fixture.workspace, request, $0) }
  }

  @Test("Pages join to the whole directory, by role and then by name, counted once")
  func pages() throws {
    let fixture = try SpacesFixture()
    for name in ["zed", "Alice", "bob", "Alice", "ALICE", "%_\\"] { _ = try fixture.person(name) }
    _ = try fixture.person("Mona", role: .moderator)
    _ = try fixture.person("Adam", role: .guest)
    let whole = try page(fixture)
    #expect(whole.nextCursor == nil && whole.totalCount == 9)
    #expect(
      whole.members.map(\.user.displayName)
        == ["Local Captain", "Mona", "%_\\", "Alice", "Alice", "ALICE", "bob", "zed", "Adam"])
    #expect(whole.totalByRole?.first { $0.role == .member }?.count == 6)
    for limit in 1...9 {
      var ids: [UserID] = []
      var cursor: String?
      repeat {
        let part = try page(fixture, limit: limit, cursor: cursor)
        #expect((part.totalCount == nil) == (cursor != nil))
        #expect(part.members.count <= limit)
        ids += part.members.map(\.user.id)
        cursor = part.nextCursor
      } while cursor != nil
      #expect(ids == whole.members.map(\.user.id), "limit \(limit)")
    }
  }

  @Test("Searching is literal and without case; a cursor belongs to its search")
  func search() throws {
    let fixture = try SpacesFixture()
    for name in ["Alice", "100%", "1000", "Ünal", "a_b", "axb"] { _ = try fixture.person(name) }
    func names(_ query: String, role: Role? = nil) throws -> [String] {
      let found = try page(fixture, query: query, role: role)
      #expect(found.totalCount == Int64(found.members.count) && found.totalByRole == nil)
      return found.members.map(\.user.displayName)
    }
    #expect(try names("LIC") == ["Alice"])
    #expect(try names("0%") == ["100%"])
    #expect(try names("a_") == ["a_b"])
    #expect(try names("ünal") == ["Ünal"])
    #expect(try names("ÜNAL") == ["Ünal"])
    #expect(try names("captain", role: .owner) == ["Local Captain"])
    #expect(try names("captain", role: .guest).isEmpty)
    let cursor = try #require(try page(fixture, limit: 1).nextCursor)
    expectRefusal(.invalid) { _ = try page(fixture, limit: 1, cursor: cursor, query: "a") }
    expectRefusal(.invalid) { _ = try page(fixture, limit: 1, cursor: cursor, role: .member) }
    for bad in ["x", "bm9wZQ", "{}", String(repeating: "A", count: 9_999)] {
      expectRefusal(.invalid) { _ = try page(fixture, cursor: bad) }
    }
    expectRefusal(.invalid) { _ = try page(fixture, query: String(repeating: "q", count: 201)) }
  }
}
