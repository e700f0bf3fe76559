/// How long a job waits after a failure: the fourth power of its attempts in seconds, and up to a tenth and a second
/// more by chance, which spreads what failed together. 25 attempts take about three weeks.
public enum JobBackoff {
  /// The wait in microseconds.
  /// - Parameters:
  ///   - attempts: Attempts so far, from 1; more than `attemptsMax` count as that many.
  ///   - chance: From 0 up to 1.
  public static func microseconds(afterAttempts attempts: Int64, chance: Double) -> Int64 {
    let count = min(max(attempts, 1), attemptsMax)
    let seconds = count * count * count * count
    let spread = Double(seconds) / 10 + 1
    return seconds * 1_000_000 + Int64(min(max(chance, 0), 1) * spread * 1_000_000)
  }

  /// Beyond this the wait no longer grows.
  static let attemptsMax: Int64 = 100
}
