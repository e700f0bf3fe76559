/// A block of addresses in CIDR notation, such as `10.0.0.0/8` or `2001:db8::/32`; a bare address is a block of one.
public struct IPRange: Sendable, Hashable {
  /// The first address of the block.
  public let base: IPAddress
  /// Length of the common prefix in bits of the 128-bit form (IPv4 lengths are counted from 96).
  private let prefixBits: Int

  private init(base: IPAddress, prefixBits: Int) {
    let masks = Self.masks(prefixBits)
    self.base = IPAddress(high: base.high & masks.high, low: base.low & masks.low)
    self.prefixBits = prefixBits
  }

  /// Parses CIDR notation; nil if it is malformed. Bits behind the prefix are ignored.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let address = IPAddress(first) else { return nil }
    let writtenAsIPv4 = !first.contains(":")
    let bits = writtenAsIPv4 ? 32 : 128
    var length = bits
    if parts.count == 2 {
      guard let written = Int(parts[1]), (0...bits).contains(written) else { return nil }
      length = written
    }
    self.init(base: address, prefixBits: writtenAsIPv4 ? length + 96 : length)
  }

  /// Whether the block contains `address`.
  public func contains(_ address: IPAddress) -> Bool {
    let masks = Self.masks(prefixBits)
    return address.high & masks.high == base.high && address.low & masks.low == base.low
  }

  private static func masks(_ bits: Int) -> (high: UInt64, low: UInt64) {
    // Shifts of 64 and more yield 0 with Swift's smart shift, which is what a zero-length part needs.
    (~0 << (64 - min(bits, 64)), ~0 << (64 - max(bits - 64, 0)))
  }
}
