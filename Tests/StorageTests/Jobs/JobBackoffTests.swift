import Testing

@testable import Storage

@Suite struct JobBackoffTests {
  @Test func isTheFourthPowerOfTheAttempts() {
    let waits = [1, 2, 3, 10, 25].map { JobBackoff.microseconds(afterAttempts: $0, chance: 0) / 1_000_000 }
    #expect(waits == [1, 16, 81, 10_000, 390_625])
  }

  @Test(arguments: [UInt64.random(in: 0...UInt64.max)])
  func growsAndStaysWithinItsSpread(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    for _ in 0..<10_000 {
      let attempts = Int64.random(in: -5...200, using: &random)
      let chance = Double.random(in: 0..<1, using: &random)
      let wait = JobBackoff.microseconds(afterAttempts: attempts, chance: chance)
      let count = Double(min(max(attempts, 1), JobBackoff.attemptsMax))
      let base = count * count * count * count * 1_000_000
      #expect(Double(wait) >= base && Double(wait) <= base * 1.1 + 1_000_000, "seed \(seed), attempts \(attempts)")
      #expect(JobBackoff.microseconds(afterAttempts: attempts + 1, chance: chance) >= wait, "seed \(seed)")
      let later = Double.random(in: chance...1, using: &random)
      #expect(JobBackoff.microseconds(afterAttempts: attempts, chance: later) >= wait, "seed \(seed)")
    }
  }

  @Test func aJobOf25AttemptsTakesAboutThreeWeeks() {
    let total = (1...24).reduce(Int64(0)) { $0 + JobBackoff.microseconds(afterAttempts: $1, chance: 0.5) }
    #expect((18...24).contains(total / 86_400_000_000))
  }
}
