import Runtime

/// Where mail goes: `smtp://mail.example:587` or `smtps://mail.example`.
struct SMTPAddress: Equatable, Sendable {
  /// Whether TLS begins with the connection; otherwise STARTTLS is required.
  let isEncrypted: Bool
  /// In lower case; an IPv6 address keeps its brackets.
  let host: String
  /// Absent for the usual one: 465, or 587.
  let port: UInt16?

  init(parsing text: String) throws(BadValue) {
    let bad = BadValue("must be an address such as 'smtp://mail.example:587', not '\(text)'")
    guard let separator = text.firstRange(of: "://") else { throw bad }
    let scheme = text[..<separator.lowerBound].lowercased()
    guard scheme == "smtp" || scheme == "smtps" else { throw BadValue("must begin with smtp:// or smtps://") }
    let (host, port) = try WebOrigin.split(text[separator.upperBound...], orThrow: bad)
    isEncrypted = scheme == "smtps"
    self.host = host.lowercased()
    self.port = port
  }

  var text: String { "\(isEncrypted ? "smtps" : "smtp")://\(host)" + (port.map { ":\($0)" } ?? "") }

  /// Whether the server is on this machine.
  var isLocal: Bool {
    let bare = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
    return host == "localhost" || IPAddress(bare)?.isLoopback == true
  }
}
