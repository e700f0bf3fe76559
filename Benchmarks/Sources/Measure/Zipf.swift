import Glibc
import SeededRandom

/// Draws ranks `0..<count` with probability proportional to `1 / (rank + 1)^exponent`.
///
/// Chat activity is that lopsided: a few channels carry most of the messages, and most channels are nearly silent.
struct Zipf {
  private let cumulative: [Double]

  /// - Parameters:
  ///   - count: number of ranks, at least 1.
  ///   - exponent: 0 is uniform; around 1 is what chat and web traffic show.
  init(count: Int, exponent: Double) {
    precondition(count > 0, "Zipf needs at least one rank")
    var sum = 0.0
    var sums: [Double] = []
    sums.reserveCapacity(count)
    for rank in 1...count {
      sum += 1 / pow(Double(rank), exponent)
      sums.append(sum)
    }
    cumulative = sums.map { $0 / sum }
  }

  /// The probability of one rank.
  func probability(of rank: Int) -> Double {
    rank == 0 ? cumulative[0] : cumulative[rank] - cumulative[rank - 1]
  }

  func draw(using generator: inout SeededGenerator) -> Int {
    let point = Double.random(in: 0..<1, using: &generator)
    var low = 0
    var high = cumulative.count - 1
    while low < high {
      let middle = (low + high) / 2
      if cumulative[middle] > point { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
