/// Reads the Forwarded field (RFC 7239).
enum ForwardedHops {
  /// Whether every node that a field value names is on this machine. Hidden and unknown nodes are not, nor is anything
  /// that can't be read.
  static func areLocal(_ value: String) -> Bool {
    guard let elements = split(value) else { return false }
    return elements.allSatisfy { name, value in
      switch name {
      case "for", "by", "host": LocalHost.isLocal(hop: value)
      default: true
      }
    }
  }

  /// The pairs of all elements: names in lower case, values without quotes; nil when the text is malformed or empty.
  private static func split(_ text: String) -> [(name: String, value: String)]? {
    var pairs: [(name: String, value: String)] = []
    var name: [UInt8] = []
    var value: [UInt8] = []
    var isInValue = false
    var isQuoted = false
    var isEscaped = false
    for byte in Array(text.utf8) + [UInt8(ascii: ",")] {
      if isEscaped {
        value.append(byte)
        isEscaped = false
      } else if isQuoted {
        switch byte {
        case UInt8(ascii: "\\"): isEscaped = true
        case UInt8(ascii: "\""): isQuoted = false
        default: value.append(byte)
        }
      } else {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: ";"):
          guard isInValue, !name.isEmpty else { return nil }
          pairs.append(
            (String(decoding: name, as: UTF8.self).asciiLowercased, String(decoding: value, as: UTF8.self)))
          (name, value, isInValue) = ([], [], false)
        case UInt8(ascii: "=") where !isInValue: isInValue = true
        case UInt8(ascii: "\"") where isInValue && value.isEmpty: isQuoted = true
        case UInt8(ascii: " "), UInt8(ascii: "\t"): break
        default: if isInValue { value.append(byte) } else { name.append(byte) }
        }
      }
    }
    return isQuoted || isEscaped || isInValue || !name.isEmpty ? nil : pairs
  }
}
