/// Checks of `uri-host [ ":" port ]`, the value of Host (RFC 9110 section 7.2, RFC 3986 section 3.2).
enum Authority {
  /// Whether the bytes are a host with an optional port; user information is never allowed.
  static func isValid(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let first = bytes.first else { return false }
    var hostEnd = 0
    if first == ASCII.leftBracket {
      guard let close = bytes.firstIndex(of: ASCII.rightBracket, from: 1), close > 1 else { return false }
      for byte in bytes.part(1..<close) where byte.hexDigitValue == nil && byte != ASCII.colon && byte != ASCII.dot {
        return false
      }
      hostEnd = close + 1
    } else {
      while hostEnd < bytes.count, bytes[hostEnd] != ASCII.colon {
        guard bytes[hostEnd].isRegistryNameByte else { return false }
        hostEnd += 1
      }
      guard hostEnd > 0, hasValidEscapes(bytes.part(0..<hostEnd)) else { return false }
    }
    if hostEnd == bytes.count { return true }
    guard bytes[hostEnd] == ASCII.colon else { return false }
    let port = bytes.dropping(hostEnd + 1)
    guard !port.isEmpty else { return true }
    guard port.count <= 5, let number = port.decimalValue else { return false }
    return number <= 65535
  }

  private static func hasValidEscapes(_ host: UnsafeRawBufferPointer) -> Bool {
    guard host.firstIndex(of: ASCII.percent, from: 0) != nil else { return true }
    do throws(HTTPParseError) {
      try PercentDecoding.validate(host, of: "host")
      return true
    } catch {
      return false
    }
  }
}
