import SeededRandom
import Testing

@testable import HTTP

@Suite("Compression")
struct CompressionTests {
  private static let text = Array(String(repeating: "{\"body\":\"hello\",\"id\":17},", count: 500).utf8)

  @Test func gzipRoundTrip() throws {
    let compressor = try GzipCompressor()
    for body in [[], [1], Self.text, Array(Self.text.prefix(1000))] {
      let compressed = compressor.compress(body)
      #expect(compressed.prefix(2) == [0x1F, 0x8B])
      #expect(try Gzip.decompress(compressed, outputBytesMax: body.count) == body)
    }
    #expect(compressor.compress(Self.text).count < Self.text.count / 10)
  }

  @Test func incompressibleDataSurvive() throws {
    let seed = UInt64.random(in: .min ... .max)
    var generator = SeededGenerator(seed: seed)
    let body = generator.bytes(200_000)
    #expect(
      try Gzip.decompress(GzipCompressor().compress(body), outputBytesMax: body.count) == body, "seed \(seed)")
  }

  @Test func streaming() throws {
    let compressor = try GzipCompressor()
    for _ in 0..<2 {
      var output: [UInt8] = []
      compressor.begin()
      Self.text.withBytes { compressor.append($0, to: &output) }
      Self.text.withBytes { compressor.append($0, flushes: true, to: &output) }
      #expect(output.suffix(4) == [0, 0, 0xFF, 0xFF])
      compressor.finish(to: &output)
      #expect(try Gzip.decompress(output, outputBytesMax: 100_000) == Self.text + Self.text)
    }
  }

  @Test func decompressionIsBounded() throws {
    let compressed = try GzipCompressor().compress(Self.text)
    #expect(throws: CompressionError(reason: .outputTooLarge)) {
      try Gzip.decompress(compressed, outputBytesMax: Self.text.count - 1)
    }
    #expect(throws: CompressionError(reason: .corruptData)) {
      try Gzip.decompress(compressed.dropLast(), outputBytesMax: 100_000)
    }
    #expect(throws: CompressionError(reason: .corruptData)) {
      try Gzip.decompress(compressed + [0], outputBytesMax: 100_000)
    }
    #expect(throws: CompressionError(reason: .corruptData)) {
      try Gzip.decompress([1, 2, 3, 4], outputBytesMax: 100_000)
    }
  }

  @Test func worthwhileOnlyAboveTheThreshold() {
    let headers: HTTPHeaders = ["Accept-Encoding": "gzip"]
    #expect(Gzip.isWorthwhile(headers, bodyBytes: 1025) && !Gzip.isWorthwhile(headers, bodyBytes: 1024))
    #expect(!Gzip.isWorthwhile([:], bodyBytes: 100_000))
  }
}

@Suite("UTF-8 validator")
struct UTF8ValidatorTests {
  static let valid: [[UInt8]] = [
    [], [0x00], [0x7F], Array("κόσμε Hello-µ@ßöäüàá-UTF-8!!".utf8), [0xC2, 0x80], [0xDF, 0xBF], [0xE0, 0xA0, 0x80],
    [0xED, 0x9F, 0xBF], [0xEE, 0x80, 0x80], [0xEF, 0xBF, 0xBF], [0xF0, 0x90, 0x80, 0x80], [0xF4, 0x8F, 0xBF, 0xBF],
    Array("12345678é".utf8), Array("1234567é12345678".utf8),
  ]

  static let invalid: [[UInt8]] = [
    [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x00], [0xC2, 0xC2], [0xE0, 0x80, 0x80],
    [0xE0, 0x9F, 0xBF], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80],
    [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80],
    [0xFC, 0x84, 0x80, 0x80, 0x80, 0x80], [0xFE], [0xFF], Array("12345678".utf8) + [0xFF],
  ]

  @Test(arguments: valid) func accepts(bytes: [UInt8]) { #expect(UTF8Validator.isValid(bytes)) }
  @Test(arguments: invalid) func refuses(bytes: [UInt8]) { #expect(!UTF8Validator.isValid(bytes)) }

  /// Agrees with the standard library on random bytes, whole and in pieces.
  @Test func agreesWithTheStandardLibrary() {
    let seed = UInt64.random(in: .min ... .max)
    var generator = SeededGenerator(seed: seed)
    let alphabet = (Self.valid + Self.invalid).joined() + Array("abcdefghijklmnop".utf8)
    for _ in 0..<3000 {
      let bytes = (0..<Int.random(in: 0...20, using: &generator)).map { _ in
        alphabet.randomElement(using: &generator) ?? 0
      }
      let expected = String(validating: bytes, as: UTF8.self) != nil
      #expect(UTF8Validator.isValid(bytes) == expected, "seed \(seed): \(bytes)")
      var validator = UTF8Validator()
      let isValid = generator.pieces(of: bytes).allSatisfy { piece in piece.withBytes { validator.consume($0) } }
      #expect((isValid && validator.isComplete) == expected, "seed \(seed): \(bytes)")
    }
  }
}
