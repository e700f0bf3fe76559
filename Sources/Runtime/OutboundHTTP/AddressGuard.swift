/// Decides which addresses outbound requests may reach, so that a URL given by a user cannot be aimed at the inside.
///
/// Everything that is not public is refused (`IPAddress.isPublic`), except what the operator allows. The check is made
/// on the address a socket is about to connect to, after name resolution, so DNS rebinding cannot get around it.
public struct AddressGuard: Sendable {
  /// Why an allow list is invalid.
  public struct InvalidEntry: Error, Hashable, CustomStringConvertible {
    /// The entry as written.
    public let entry: String

    /// A sentence for the operator.
    public var description: String { "\"\(entry)\" is neither a host name nor an address block such as 10.0.0.0/8" }
  }

  private var ranges: [IPRange] = []
  private var hosts: Set<String> = []
  private var permitsPublic = true

  /// Refuses everything that is not public.
  public init() {}

  /// Allows also the given host names (exact, any address they resolve to) and addresses or blocks in CIDR notation.
  /// With `permitsPublic` false nothing else is allowed, public addresses included. Throws `InvalidEntry`.
  public init(allowing entries: some Sequence<String>, permitsPublic: Bool = true) throws(InvalidEntry) {
    self.permitsPublic = permitsPublic
    for entry in entries {
      if let range = IPRange(entry) {
        ranges.append(range)
      } else {
        guard !entry.isEmpty, entry.utf8.allSatisfy(Self.isHostByte) else { throw InvalidEntry(entry: entry) }
        hosts.insert(Self.normalized(entry))
      }
    }
  }

  /// Allows also the host of a URL, whatever its address: for a destination that the operator configured. Throws
  /// `OutboundHTTPError` when it is no URL of http or https.
  public init(allowingHostOf url: String) throws(OutboundHTTPError) {
    hosts.insert(Self.normalized(try OutboundURL(url).host))
  }

  /// Whether a request to `host` may connect to `address`.
  public func permits(_ address: IPAddress, host: String) -> Bool {
    (permitsPublic && address.isPublic) || hosts.contains(Self.normalized(host))
      || ranges.contains { $0.contains(address) }
  }

  private static func normalized(_ host: String) -> String {
    let lower = host.lowercased()
    return lower.hasSuffix(".") ? String(lower.dropLast()) : lower
  }

  private static func isHostByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
