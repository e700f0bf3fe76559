/// Where an app wants to be called. Which addresses may be reached is decided when the call is made, not here.
enum CallbackURL {
  /// Bytes at most.
  static let bytesMax = 2_048

  /// The trimmed URL.
  /// - Throws: `StoreError.invalid` for anything but an http or https URL with a host and without a password.
  static func validated(_ text: String?) throws(StoreError) -> String {
    let url = PlainText.trimmed(text ?? "")
    guard !url.isEmpty else { throw .invalid("callback_url is missing") }
    guard url.utf8.count <= bytesMax else { throw .invalid("callback_url must have at most \(bytesMax) bytes") }
    guard let separator = url.firstRange(of: "://"),
      ["http", "https"].contains(url[..<separator.lowerBound].lowercased()),
      url.unicodeScalars.allSatisfy({ !$0.properties.isWhitespace && $0.value > 0x20 && $0.value != 0x7f && $0 != "\\" }
      )
    else { throw .invalid("callback_url must be an http or https URL") }
    let authority = url[separator.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    guard !authority.isEmpty, !authority.hasPrefix(":") else { throw .invalid("callback_url has no host") }
    guard !authority.contains("@") else { throw .invalid("callback_url must not contain a user or a password") }
    guard isPort(of: authority) else { throw .invalid("callback_url has no valid port") }
    return url
  }

  /// Whether what follows the host is nothing, or a colon and a port. Colons in brackets belong to an IPv6 address.
  private static func isPort(of authority: Substring) -> Bool {
    var rest = authority
    if authority.hasPrefix("[") {
      guard let end = authority.firstIndex(of: "]") else { return false }
      rest = authority[authority.index(after: end)...]
      guard rest.isEmpty || rest.hasPrefix(":") else { return false }
    }
    guard let colon = rest.firstIndex(of: ":") else { return true }
    let port = rest[rest.index(after: colon)...]
    return port.isEmpty || port.utf8.allSatisfy { (0x30...0x39).contains($0) } && (UInt16(port) ?? 0) > 0
  }
}
