extension SeededGenerator {
  /// Any bytes.
  public mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) }
  }

  /// Cuts bytes into pieces, mostly small ones.
  public mutating func pieces(of bytes: [UInt8]) -> [[UInt8]] {
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
