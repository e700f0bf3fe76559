/// The mail server that takes this server's mail, and how to reach it.
public struct SMTPServer: Sendable {
  /// How the connection is protected.
  public enum Security: Sendable, Equatable {
    /// TLS from the first byte (RFC 8314).
    case implicitTLS
    /// STARTTLS (RFC 3207), without which nothing is sent.
    case startTLS
    /// Nothing: for a server on this machine only.
    case plain
  }

  /// The host's name or address, IPv6 in brackets.
  public var host: String
  /// The port; nil for the usual one.
  public var port: UInt16?
  /// How the connection is protected.
  public var security: Security
  /// Whose account; empty for none.
  public var username = ""
  /// The account's password.
  public var password = ""
  /// File with the certificate authorities to trust; nil uses the system's.
  public var authorityFile: String?
  /// How long connecting may take, in milliseconds.
  public var connectMilliseconds = 10_000
  /// How long sending one message may take, in milliseconds.
  public var totalMilliseconds = 60_000

  /// Names a server without an account.
  public init(host: String, port: UInt16?, security: Security) {
    self.host = host
    self.port = port
    self.security = security
  }

  /// What libcurl connects to.
  var url: String {
    let port = port ?? (security == .implicitTLS ? 465 : security == .startTLS ? 587 : 25)
    return "\(security == .implicitTLS ? "smtps" : "smtp")://\(host):\(port)"
  }
}

/// Why a message was not sent, in plain words.
public struct SMTPError: Error, Sendable, CustomStringConvertible {
  /// For the operator; holds nothing of the message.
  public let description: String
  /// Whether the mail server refused this message for good, so that trying again is of no use.
  public let isPermanent: Bool

  /// Makes an error.
  public init(_ description: String, isPermanent: Bool = false) {
    self.description = description
    self.isPermanent = isPermanent
  }
}
