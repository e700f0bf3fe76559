@testable import Storage

/// Headers of images: pieces do not matter, sides are bounded, and what follows the header does not count.
func fuzzImage(_ bytes: [UInt8]) {
  guard let seed = bytes.first else { return }
  let file = Array(bytes.dropFirst())
  let size = dimensions([file])
  invariant(size == dimensions(pieces(of: file, seed: seed)), "pieces matter")
  guard let size else { return }
  let sides = 1...ImageDimensions.sideMax
  invariant(sides.contains(size.width) && sides.contains(size.height), "a side out of bounds")
  invariant(dimensions([file, [1, 2, 3]]) == size, "what follows counts")
}

private func dimensions(_ pieces: [[UInt8]]) -> ImageDimensions.Size? {
  var dimensions = ImageDimensions()
  for piece in pieces { dimensions.consume(piece[...]) }
  return dimensions.size
}
