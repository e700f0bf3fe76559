/// A small deterministic generator, so that a failing property test can be repeated from its printed seed.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) }
  }

  /// Cuts bytes into pieces, mostly small ones.
  mutating func pieces(of bytes: [UInt8]) -> [[UInt8]] {
    let longest = [1, 2, 3, 7, 40, 500].randomElement(using: &self) ?? 1
    var pieces: [[UInt8]] = []
    var start = 0
    while start < bytes.count {
      let end = min(bytes.count, start + Int.random(in: 1...longest, using: &self))
      pieces.append(Array(bytes[start..<end]))
      start = end
    }
    return pieces
  }
}
