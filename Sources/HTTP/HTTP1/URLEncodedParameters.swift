/// The pairs of a query string or of an `application/x-www-form-urlencoded` body, in order, repeated names visible
/// (WHATWG URL section 5.1).
public struct URLEncodedParameters: Sendable, Equatable {
  /// The bound on pairs where the caller names none.
  public static let countMaxDefault = 256

  /// One decoded pair.
  public struct Pair: Sendable, Equatable {
    /// The decoded name.
    public var name: String
    /// The decoded value; empty where there was no equals sign.
    public var value: String
  }

  /// The pairs in the order they were sent.
  public private(set) var pairs: [Pair] = []

  /// Makes an empty list.
  public init() {}

  /// Reads pairs from bytes. Throws 400 for more than `countMax` pairs, an invalid escape, a NUL, encoded or
  /// not, or more combining marks in a row than `CombiningMarks.runMax`.
  public init(
    parsing bytes: UnsafeRawBufferPointer, countMax: Int = URLEncodedParameters.countMaxDefault
  ) throws(HTTPParseError) {
    guard !bytes.contains(0) else { throw HTTPParseError(.badRequest, "the form data hold a NUL") }
    try PercentDecoding.validate(bytes, of: "form data")
    try PercentDecoding.decode(bytes).withBytes(CombiningMarks.expectBounded)
    var start = 0
    while start < bytes.count {
      let end = bytes.firstIndex(of: ASCII.ampersand, from: start) ?? bytes.count
      if end > start {
        guard pairs.count < countMax else {
          throw HTTPParseError(.badRequest, "there are more than \(countMax) parameters")
        }
        pairs.append(Self.pair(bytes.part(start..<end)))
      }
      start = end + 1
    }
  }

  /// Reads pairs from a whole body in memory. Throws as `init(parsing:countMax:)` does.
  public init(parsing bytes: [UInt8], countMax: Int = URLEncodedParameters.countMaxDefault) throws(HTTPParseError) {
    self = try bytes.withBytes { (bytes) throws(HTTPParseError) in
      try URLEncodedParameters(parsing: bytes, countMax: countMax)
    }
  }

  /// Makes pairs to send.
  public init(_ pairs: [(name: String, value: String)]) {
    self.pairs = pairs.map { Pair(name: $0.name, value: $0.value) }
  }

  /// The pairs as text, for a query or a form: everything but letters, digits and `-._~` is escaped.
  public var encoded: String {
    pairs.map { "\(Self.escaped($0.name))=\(Self.escaped($0.value))" }.joined(separator: "&")
  }

  /// One name or value as `encoded` writes it.
  static func escaped(_ text: String) -> String {
    var output: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        output.append(byte)
      default:
        let digits = Array("0123456789ABCDEF".utf8)
        output += [ASCII.percent, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: output, as: UTF8.self)
  }

  /// True without any pair.
  public var isEmpty: Bool { pairs.isEmpty }

  /// The first value of a name, or nil when the name is absent.
  public subscript(name: String) -> String? { pairs.first { $0.name == name }?.value }

  /// Every value of a name, in order.
  public func values(of name: String) -> [String] { pairs.filter { $0.name == name }.map(\.value) }

  private static func pair(_ bytes: UnsafeRawBufferPointer) -> Pair {
    guard let equals = bytes.firstIndex(of: ASCII.equals, from: 0) else {
      return Pair(name: PercentDecoding.text(bytes, plusIsSpace: true), value: "")
    }
    return Pair(
      name: PercentDecoding.text(bytes.part(0..<equals), plusIsSpace: true),
      value: PercentDecoding.text(bytes.dropping(equals + 1), plusIsSpace: true))
  }
}
