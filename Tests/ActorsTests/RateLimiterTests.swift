import Testing

@testable import Actors

@Suite struct RateLimiterTests {
  private let start = ContinuousClock.Instant.now

  @Test func aBurstIsAllowedAndThenTheRate() {
    let limiter = RateLimiter(burst: 3, perSecond: 2)
    #expect((0..<4).map { _ in limiter.allows("a", at: start) } == [true, true, true, false])
    #expect(!limiter.allows("a", at: start + .milliseconds(499)))
    #expect(limiter.allows("a", at: start + .milliseconds(501)))
    #expect(!limiter.allows("a", at: start + .milliseconds(501)))
  }

  @Test func aRefusedAttemptCostsNothing() {
    let limiter = RateLimiter(burst: 1, perSecond: 1)
    #expect(limiter.allows("a", at: start))
    for step in 1..<10 { #expect(!limiter.allows("a", at: start + .milliseconds(step * 100))) }
    #expect(limiter.allows("a", at: start + .milliseconds(1_001)))
  }

  @Test func bucketsNeverHoldMoreThanTheBurst() {
    let limiter = RateLimiter(burst: 2, perSecond: 100)
    #expect(limiter.allows("a", at: start))
    let later = start + .seconds(3_600)
    #expect((0..<3).map { _ in limiter.allows("a", at: later) } == [true, true, false])
  }

  @Test func keysDoNotShareABucket() {
    let limiter = RateLimiter(burst: 1, perSecond: 0.001)
    #expect(limiter.allows("a", at: start))
    #expect(limiter.allows("b", at: start))
    #expect(!limiter.allows("a", at: start))
  }

  @Test func aClockThatStandsBackGivesNothing() {
    let limiter = RateLimiter(burst: 1, perSecond: 1)
    #expect(limiter.allows("a", at: start))
    #expect(!limiter.allows("a", at: start - .seconds(60)))
    #expect(!limiter.allows("a", at: start))
  }

  @Test func memoryIsBoundedAndBusyKeysAreKept() {
    let limiter = RateLimiter(burst: 1, perSecond: 0.000_001, keysMax: 100)
    #expect(limiter.allows("busy", at: start))
    for index in 0..<1_000 {
      _ = limiter.allows("key \(index)", at: start)
      #expect(!limiter.allows("busy", at: start))
      #expect(limiter.keyCount <= 100)
    }
    #expect(limiter.allows("key 0", at: start))
  }
}
