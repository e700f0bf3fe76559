/// Ends the process with a message when something that must always hold does not: libFuzzer then keeps the input.
func invariant(_ holds: Bool, _ message: @autoclosure () -> String) {
  if !holds { fatalError("invariant broken: \(message())") }
}

/// Cuts bytes into pieces whose lengths follow from a seed, so that every input also tests how it may arrive.
func pieces(of bytes: [UInt8], seed: UInt8) -> [[UInt8]] {
  var state = UInt32(seed) &* 2_654_435_761 &+ 1
  var pieces: [[UInt8]] = []
  var start = 0
  while start < bytes.count {
    state = state &* 1_664_525 &+ 1_013_904_223
    let end = min(bytes.count, start + 1 + Int(state >> 24) % (seed & 1 == 0 ? 3 : 40))
    pieces.append(Array(bytes[start..<end]))
    start = end
  }
  return pieces
}

/// The value that a parser made of its input, nil where it refused it.
func outcome<Value, Failure: Error>(_ body: () throws(Failure) -> Value) -> Value? {
  do throws(Failure) { return try body() } catch { return nil }
}
