/// A reproducible random generator (SplitMix64): a test that chooses at random prints its seed when it fails, and the same
/// seed repeats the run.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  @usableFromInline var state: UInt64

  /// A generator whose numbers are those of the seed.
  @inlinable
  public init(seed: UInt64) {
    state = seed
  }

  /// The next number, any of 64 bits.
  @inlinable
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
