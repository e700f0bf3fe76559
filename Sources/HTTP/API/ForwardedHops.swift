/// Reads the Forwarded field (RFC 7239).
enum ForwardedHops {
  private typealias Pair = (name: String, value: String)

  /// Whether every node that a field value names is on this machine. Hidden and unknown nodes are not, nor is anything
  /// that can't be read.
  static func areLocal(_ value: String) -> Bool {
    guard let elements = elements(value) else { return false }
    return elements.joined().allSatisfy { name, value in
      switch name {
      case "for", "by", "host": LocalHost.isLocal(hop: value)
      default: true
      }
    }
  }

  /// For whom each hop of a field value forwarded, the nearest last; empty for a hop that does not say so once; nil when
  /// the value can't be read.
  static func clients(_ value: String) -> [String]? {
    elements(value)?.map { pairs in
      let clients = pairs.filter { $0.name == "for" }
      return clients.count == 1 ? clients[0].value : ""
    }
  }

  /// The pairs of each element: names in lower case, values without quotes; nil when the text is malformed or empty.
  private static func elements(_ text: String) -> [[Pair]]? {
    var elements: [[Pair]] = [[]]
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
          elements[elements.count - 1].append(
            (String(decoding: name, as: UTF8.self).asciiLowercased, String(decoding: value, as: UTF8.self)))
          if byte == UInt8(ascii: ",") { elements.append([]) }
          (name, value, isInValue) = ([], [], false)
        case UInt8(ascii: "=") where !isInValue: isInValue = true
        case UInt8(ascii: "\"") where isInValue && value.isEmpty: isQuoted = true
        case UInt8(ascii: " "), UInt8(ascii: "\t"): break
        default: if isInValue { value.append(byte) } else { name.append(byte) }
        }
      }
    }
    return isQuoted || isEscaped || isInValue || !name.isEmpty ? nil : elements.dropLast()
  }
}
