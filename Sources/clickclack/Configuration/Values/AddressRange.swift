import Runtime

/// A block of IP addresses as the operator wrote it, such as `10.0.0.0/8`.
struct AddressRange: Equatable, Sendable {
  let range: IPRange
  let text: String

  /// Reads an address with a prefix length, or one address alone.
  init(parsing text: String) throws(BadValue) {
    guard let range = IPRange(text) else {
      throw BadValue("must hold addresses such as '10.0.0.0/8' or '::1', not '\(text)'")
    }
    self.range = range
    self.text = text
  }
}
