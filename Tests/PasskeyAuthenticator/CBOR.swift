/// Writes CBOR in its shortest form.
package enum CBOR {
  package static func integer(_ value: Int) -> [UInt8] {
    value >= 0 ? head(0, UInt64(value)) : head(1, UInt64(-1 - value))
  }

  package static func bytes(_ value: [UInt8]) -> [UInt8] { head(2, UInt64(value.count)) + value }

  package static func text(_ value: String) -> [UInt8] { head(3, UInt64(value.utf8.count)) + Array(value.utf8) }

  package static func array(_ values: [[UInt8]]) -> [UInt8] { head(4, UInt64(values.count)) + values.flatMap { $0 } }

  package static func map(_ pairs: [(key: [UInt8], value: [UInt8])]) -> [UInt8] {
    head(5, UInt64(pairs.count)) + pairs.flatMap { $0.key + $0.value }
  }

  private static func head(_ kind: UInt8, _ argument: UInt64) -> [UInt8] {
    let width: Int
    switch argument {
    case ..<24: return [kind << 5 | UInt8(argument)]
    case ..<0x100: width = 1
    case ..<0x1_0000: width = 2
    case ..<0x1_0000_0000: width = 4
    default: width = 8
    }
    let short = UInt8(24 + width.trailingZeroBitCount)
    return [kind << 5 | short]
      + (0..<width).map { UInt8(truncatingIfNeeded: argument >> UInt64(8 * (width - 1 - $0))) }
  }
}
