import Runtime

/// A header field for the collector of traces, written `name=value`. As in the environment of other programs that speak
/// to collectors (OTEL_EXPORTER_OTLP_HEADERS), percent escapes in the value stand for bytes.
struct CollectorHeader: Equatable, Sendable {
  /// As it was written.
  let text: String
  let field: OutboundHeader

  /// Reads a name of a header field and a value of printable ASCII.
  init(parsing text: String) throws(BadValue) {
    let parts = text.utf8.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let name = String(parts[0]), !name.isEmpty, let value = Self.decoded(parts[1]) else {
      // The text is a secret, so it is not repeated.
      throw BadValue("must hold header fields such as 'name=value'")
    }
    _ = try SettingKind.fieldName.parse(name)
    self.text = text
    field = OutboundHeader(name: name, value: value)
  }

  private static func decoded(_ text: Substring.UTF8View) -> String? {
    var bytes: [UInt8] = []
    var rest = text
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      let digits = String(decoding: Array(rest.prefix(2)), as: UTF8.self)
      guard digits.count == 2, digits.allSatisfy(\.isHexDigit), let value = UInt8(digits, radix: 16) else { return nil }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    return bytes.allSatisfy { (0x20...0x7e).contains($0) } ? String(decoding: bytes, as: UTF8.self) : nil
  }
}
