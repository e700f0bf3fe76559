/// Lets a short input stand for a long one, so that the limits of a parser are within reach of inputs of some bytes:
/// `FE 52 s n` stands for the s bytes before it, 2^(n mod 16) times more. What was repeated can be repeated again.
///
/// No text in UTF-8 holds such a mark, and what libFuzzer makes of it by chance is a mark again or just four bytes.
enum Repetition {
  private static let mark: [UInt8] = [0xfe, 0x52]

  /// The long input.
  /// - Parameter bytesMax: A repetition that would make it longer stands for nothing.
  static func expanded(_ input: [UInt8], bytesMax: Int) -> [UInt8] {
    guard var start = next(in: input, from: 0) else { return input }
    var output: [UInt8] = []
    var copied = 0
    while true {
      output += input[copied..<start]
      let slice = Array(output.suffix(Int(input[start + 2])))
      let count = 1 << Int(input[start + 3] & 15)
      if output.count + slice.count * count <= bytesMax {
        output.reserveCapacity(output.count + slice.count * count)
        for _ in 0..<count { output += slice }
      }
      copied = start + 4
      guard let following = next(in: input, from: copied) else { break }
      start = following
    }
    return output + input[copied...]
  }

  private static func next(in input: [UInt8], from start: Int) -> Int? {
    guard input.count >= 4, start <= input.count - 4 else { return nil }
    return (start...(input.count - 4)).first { input[$0] == mark[0] && input[$0 + 1] == mark[1] }
  }
}
