import Testing

@testable import HTTP

@Suite struct EndpointLimitTests {
  /// What operators' monitoring asks as often as it likes, and what reveals nothing worth guessing.
  static let unlimited: Set<String> = ["getHealth", "getReadiness", "getMetrics"]

  @Test func whatIsOpenToAnyoneIsLimited() {
    for endpoint in API.endpoints where endpoint.access == .anyone {
      let isExempt = Self.unlimited.contains(endpoint.operation)
      #expect((endpoint.limit == .unlimited) == isExempt, "\(endpoint.operation) needs a limit")
    }
  }

  /// Challenges of all kinds share one bounded store: whoever may fill it keeps everybody from signing in.
  @Test func whateverOpensAChallengeIsLimited() {
    let opening = Set(["startPasskeySignIn", "startPasskeyRegistration", "startInvite"])
    let limited = API.endpoints.filter { $0.limit == .signIn }.map(\.operation)
    #expect(opening.isSubset(of: limited))
  }

  @Test(arguments: EndpointLimit.allCases.filter { $0 != .unlimited })
  func aLimitEndsAndIsCountedPerAddress(limit: EndpointLimit) {
    let limits = EndpointLimits()
    let now = ContinuousClock.Instant.now
    var allowed = 0
    while allowed < 1_000, limits.allows(limit, "192.0.2.1", at: now) { allowed += 1 }
    // Loading a page guesses nothing, so that limit only keeps a peer from keeping the server busy.
    #expect((1..<(limit == .signInPage ? 1_000 : 100)).contains(allowed))
    #expect(limits.allows(limit, "192.0.2.2", at: now), "another address has a budget of its own")
    #expect(limits.allows(limit, "192.0.2.1", at: now + .seconds(60)), "the budget comes back")
    #expect(!limit.refusal.isEmpty)
  }

  @Test func monitoringIsNeverRefused() {
    let limits = EndpointLimits()
    let now = ContinuousClock.Instant.now
    #expect((0..<1_000).allSatisfy { _ in limits.allows(.unlimited, "192.0.2.1", at: now) })
  }
}
