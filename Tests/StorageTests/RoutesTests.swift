import Testing

@testable import Storage

@Suite struct RoutesTests {
  let fixture: RealtimeFixture

  init() throws { fixture = try RealtimeFixture() }

  func resolve(_ target: String, in workspace: String? = nil, by caller: Caller? = nil) throws -> Routes.Resolution {
    try fixture.read { db in
      try Routes.resolve(
        workspace ?? fixture.workspaceRoute, target, for: caller ?? fixture.person(fixture.owner), db)
    }
  }

  func target(_ resolution: Routes.Resolution) throws -> RouteTarget {
    guard case .target(let target) = resolution else { throw StoreError.notFound("target") }
    return target
  }

  @Test func publicAndOldAddressesLeadToTheSamePlace() throws {
    let old = try target(resolve(fixture.general, in: fixture.workspace))
    #expect(old.kind == .channel)
    #expect(old.id == fixture.general)
    #expect(try target(resolve(old.routeID)) == old)
    #expect(try target(resolve(old.routeID, in: fixture.workspace)) == old)
  }

  @Test func aThreadGetsItsPublicNameWhenItIsNeeded() throws {
    let message = try fixture.post("root")
    #expect(try resolve(message) == .unnamed(message))
    try fixture.write { tx in try Routes.assignRoute(to: message, tx) }
    let named = try target(resolve(message))
    #expect(named.kind == .thread)
    #expect(named.parent?.id == fixture.general)
    try fixture.write { tx in try Routes.assignRoute(to: message, tx) }
    #expect(try target(resolve(named.routeID)) == named)
  }

  @Test func directConversationsAreForTheirMembers() throws {
    let conversation = try fixture.direct([fixture.owner, fixture.alice])
    let place = try target(resolve(conversation, by: fixture.person(fixture.alice)))
    #expect(place.kind == .direct)
    #expect(throws: StoreError.notFound("route")) { try resolve(place.routeID, by: fixture.person(fixture.guest)) }
    #expect(throws: StoreError.self) { try resolve(place.routeID, by: fixture.bot(fixture.alice, ["channels:read"])) }
  }

  @Test func whatMayNotBeSeenDoesNotExist() throws {
    for name in ["C0000000000000000", "X0000000000000000", "", "chn_nope", "msg_nope", "dm_nope", "'"] {
      #expect(throws: StoreError.notFound("route")) { try resolve(name) }
    }
    #expect(throws: StoreError.notFound("route")) { try resolve(fixture.general, in: "T0000000000000000") }
    #expect(throws: StoreError.notFound("route")) {
      try resolve(fixture.general, by: fixture.person(fixture.outsider))
    }
    #expect(throws: StoreError.self) { try resolve(fixture.general, by: fixture.person(fixture.guest)) }
  }
}
