/// A block of IP addresses in CIDR notation, such as `10.0.0.0/8`.
struct AddressRange: Equatable, Sendable {
  let address: IPAddress
  /// How many leading bits count.
  let prefixBits: Int
  let text: String

  /// Reads an address with a prefix length, or one address alone.
  init(parsing text: String) throws(BadValue) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let address = IPAddress(String(first)) else {
      throw BadValue("must hold addresses such as '10.0.0.0/8' or '::1', not '\(text)'")
    }
    let bitsMax = address.bytes.count * 8
    guard parts.count == 1 || (Int(parts[1]).map { (0...bitsMax).contains($0) } ?? false) else {
      throw BadValue("must have a prefix length from 0 to \(bitsMax), not '\(text)'")
    }
    self.address = address
    prefixBits = parts.count == 1 ? bitsMax : Int(parts[1]) ?? bitsMax
    self.text = text
  }

  func contains(_ other: IPAddress) -> Bool {
    guard other.bytes.count == address.bytes.count else { return false }
    let whole = prefixBits / 8
    guard other.bytes.prefix(whole) == address.bytes.prefix(whole) else { return false }
    let restBits = prefixBits % 8
    guard restBits > 0 else { return true }
    return (other.bytes[whole] ^ address.bytes[whole]) >> (8 - restBits) == 0
  }
}
