import SeededRandom
import Testing

@testable import Benchmarks

struct ZipfTests {
  @Test func probabilitiesFollowTheLaw() {
    let zipf = Zipf(count: 100, exponent: 1)
    #expect(abs((0..<100).reduce(0) { $0 + zipf.probability(of: $1) } - 1) < 1e-9)
    #expect(abs(zipf.probability(of: 0) / zipf.probability(of: 9) - 10) < 1e-6)
  }

  @Test func exponentZeroIsUniform() {
    let zipf = Zipf(count: 8, exponent: 0)
    for rank in 0..<8 { #expect(abs(zipf.probability(of: rank) - 0.125) < 1e-9) }
  }

  @Test(arguments: [UInt64(1), 99])
  func drawsMatchTheProbabilities(seed: UInt64) {
    let zipf = Zipf(count: 20, exponent: 1.2)
    var generator = SeededGenerator(seed: seed)
    var counts = [Int](repeating: 0, count: 20)
    let draws = 100_000
    for _ in 0..<draws { counts[zipf.draw(using: &generator)] += 1 }
    for rank in 0..<20 {
      // Four standard deviations of a binomial count.
      let expected = zipf.probability(of: rank) * Double(draws)
      #expect(abs(Double(counts[rank]) - expected) < 4 * expected.squareRoot() + 1, "seed \(seed), rank \(rank)")
    }
  }

  @Test func oneRankIsAlwaysDrawn() {
    var generator = SeededGenerator(seed: 5)
    #expect(Zipf(count: 1, exponent: 1).draw(using: &generator) == 0)
  }
}
