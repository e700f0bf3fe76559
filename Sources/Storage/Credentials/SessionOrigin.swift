/// How and from where a session was begun: people recognise their sessions by it.
public struct SessionOrigin: Sendable, Equatable {
  /// Bytes of a client's name that are kept.
  public static let userAgentBytesMax = 256
  /// Bytes of an address that are kept; every IP address fits.
  public static let addressBytesMax = 64

  /// The way to sign in, such as `magic` or `password`.
  public let method: String
  /// What the client calls itself, without control characters.
  public let userAgent: String
  /// The address of the peer, without its port.
  public let address: String

  /// Notes where a sign-in comes from; texts that are too long are cut.
  public init(method: String, userAgent: String = "", address: String = "") {
    self.method = method
    self.userAgent = Self.cleaned(userAgent, bytesMax: Self.userAgentBytesMax)
    self.address = Self.cleaned(address, bytesMax: Self.addressBytesMax)
  }

  private static func cleaned(_ text: String, bytesMax: Int) -> String {
    let printable = String(
      String.UnicodeScalarView(text.unicodeScalars.filter { $0.properties.generalCategory != .control }))
    return PlainText.prefix(PlainText.trimmed(printable), bytesMax: bytesMax)
  }
}
