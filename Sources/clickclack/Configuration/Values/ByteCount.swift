/// Reads and writes sizes such as `512KiB`, `1MiB` or `1500` bytes.
enum ByteCount {
  private static let units: [(name: String, bytes: Int)] = [
    ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10),
    ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1000), ("B", 1),
  ]

  static func parse(_ text: String) throws(BadValue) -> Int {
    let unit = units.first { text.lowercased().hasSuffix($0.name.lowercased()) }
    let digits = text.dropLast(unit?.name.count ?? 0)
    guard !digits.isEmpty, digits.allSatisfy({ ("0"..."9").contains($0) }), let number = Int(digits) else {
      throw BadValue("must be a size such as '512KiB' or '1MiB', not '\(text)'")
    }
    let (bytes, isOverflow) = number.multipliedReportingOverflow(by: unit?.bytes ?? 1)
    guard !isOverflow else { throw BadValue("is too large: '\(text)'") }
    return bytes
  }

  /// The largest binary unit that loses nothing.
  static func text(_ bytes: Int) -> String {
    let unit = units.first { $0.name.hasSuffix("iB") && bytes >= $0.bytes && bytes % $0.bytes == 0 }
    return unit.map { "\(bytes / $0.bytes)\($0.name)" } ?? "\(bytes)"
  }
}
