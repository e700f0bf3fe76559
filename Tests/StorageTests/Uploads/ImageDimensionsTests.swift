import Testing

@testable import Storage

@Suite struct ImageDimensionsTests {
  typealias Size = ImageDimensions.Size

  static let png: [UInt8] =
    [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8) + [0, 0, 2, 128, 0, 0, 1, 224]
    + [8, 6, 0, 0, 0]
  static let gif = Array("GIF89a".utf8) + [0x40, 0x01, 0xF0, 0x00, 0xF7, 0, 0]
  /// A comment longer than any buffer, fill bytes, a Huffman table, and then the frame.
  static let jpeg: [UInt8] =
    [0xFF, 0xD8, 0xFF, 0xE0, 0, 16] + [UInt8](repeating: 0x4A, count: 14) + [0xFF, 0xFE, 0xFF, 0xFF]
    + [UInt8](repeating: 0xFF, count: 65_533) + [0xFF, 0xFF, 0xFF, 0xC4, 0, 3, 7] + [0xFF, 0xDB, 0, 2]
    + [0xFF, 0xC2, 0, 17, 8, 0x01, 0xE0, 0x02, 0x80, 3, 0, 0]
  static let webPLossy: [UInt8] =
    Array("RIFF".utf8) + [0, 0, 0, 0] + Array("WEBPVP8 ".utf8) + [0, 0, 0, 0, 0, 0, 0, 0x9D, 0x01, 0x2A]
    + [0x80, 0x02, 0xE0, 0x41]
  static let webPLossless: [UInt8] =
    Array("RIFF".utf8) + [0, 0, 0, 0] + Array("WEBPVP8L".utf8) + [0, 0, 0, 0, 0x2F] + [0x7F, 0xC2, 0x77, 0x00]
    + [UInt8](repeating: 0, count: 8)
  static let webPExtended: [UInt8] =
    Array("RIFF".utf8) + [0, 0, 0, 0] + Array("WEBPVP8X".utf8) + [10, 0, 0, 0, 0, 0, 0, 0]
    + [0x7F, 0x02, 0, 0xDF, 1, 0]

  func size(_ bytes: [UInt8], pieces: Int) -> Size? {
    var dimensions = ImageDimensions()
    for start in stride(from: 0, to: bytes.count, by: pieces) {
      dimensions.consume(bytes[start..<min(start + pieces, bytes.count)])
    }
    return dimensions.size
  }

  @Test(arguments: [1, 3, 11, 100_000])
  func readsEveryFormatHoweverItArrives(pieces: Int) {
    #expect(size(Self.png, pieces: pieces) == Size(width: 640, height: 480))
    #expect(size(Self.gif, pieces: pieces) == Size(width: 320, height: 240))
    #expect(size(Self.jpeg, pieces: pieces) == Size(width: 640, height: 480))
    #expect(size(Self.webPLossy, pieces: pieces) == Size(width: 640, height: 480))
    #expect(size(Self.webPLossless, pieces: pieces) == Size(width: 640, height: 480))
    #expect(size(Self.webPExtended, pieces: pieces) == Size(width: 640, height: 480))
  }

  @Test func whatIsNoImageHasNoSize() {
    for bytes in [Array("PNG".utf8), Array("<svg onload=alert(1)>".utf8), Array(Self.png.prefix(20)), [0xFF, 0xD8]] {
      #expect(size(bytes, pieces: 4) == nil)
    }
    // A scan before any frame, and a segment that is shorter than its own length.
    #expect(size([0xFF, 0xD8, 0xFF, 0xDA] + [UInt8](repeating: 0, count: 40), pieces: 7) == nil)
    #expect(size([0xFF, 0xD8, 0xFF, 0xE0, 0, 1] + [UInt8](repeating: 0, count: 40), pieces: 7) == nil)
  }

  @Test func sidesThatNoImageHasAreNotBelieved() {
    func png(_ side: [UInt8]) -> [UInt8] { Array(Self.png.prefix(16)) + side + side + [8, 6, 0, 0, 0] }
    #expect(size(png([0x7F, 0xFF, 0xFF, 0xFF]), pieces: 5) == Size(width: 2_147_483_647, height: 2_147_483_647))
    #expect(size(png([0x80, 0, 0, 0]), pieces: 5) == nil)
    #expect(size(png([0, 0, 0, 0]), pieces: 5) == nil)
  }

  @Test(arguments: 0..<50 as Range<UInt64>)
  func noBytesBreakIt(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let starts: [[UInt8]] = [Self.png, Self.gif, Self.jpeg, Self.webPLossy, Self.webPLossless, Self.webPExtended]
    for start in starts {
      var bytes = Array(start.prefix(200))
      for _ in 0..<6 { bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next()) }
      let whole = size(bytes, pieces: bytes.count)
      #expect(size(bytes, pieces: Int(random.next() % 9) + 1) == whole, "seed \(seed)")
    }
  }
}
