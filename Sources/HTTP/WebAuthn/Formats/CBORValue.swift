/// A value of the part of CBOR (RFC 8949) that authenticators use.
indirect enum CBORValue: Sendable, Equatable {
  /// An unsigned or a negative integer; those beyond 64 bits are refused.
  case integer(Int64)
  case bytes([UInt8])
  case text(String)
  case array([CBORValue])
  /// Pairs in their order; no key occurs twice.
  case map([(key: CBORValue, value: CBORValue)])
  case bool(Bool)
  case null

  /// The value of an integer key of a map.
  subscript(_ key: Int64) -> CBORValue? { value(.integer(key)) }

  /// The value of a text key of a map.
  subscript(_ key: String) -> CBORValue? { value(.text(key)) }

  private func value(_ key: CBORValue) -> CBORValue? {
    guard case .map(let pairs) = self else { return nil }
    return pairs.first { $0.key == key }?.value
  }

  /// The bytes of a byte string, or nil.
  var byteString: [UInt8]? {
    guard case .bytes(let bytes) = self else { return nil }
    return bytes
  }

  static func == (left: CBORValue, right: CBORValue) -> Bool {
    switch (left, right) {
    case (.integer(let left), .integer(let right)): left == right
    case (.bytes(let left), .bytes(let right)): left == right
    // Keys are the same when their bytes are, whatever Unicode calls equivalent.
    case (.text(let left), .text(let right)): left.utf8.elementsEqual(right.utf8)
    case (.array(let left), .array(let right)): left == right
    case (.map(let left), .map(let right)):
      left.count == right.count && zip(left, right).allSatisfy { $0.key == $1.key && $0.value == $1.value }
    case (.bool(let left), .bool(let right)): left == right
    case (.null, .null): true
    default: false
    }
  }
}
