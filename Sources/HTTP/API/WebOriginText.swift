/// Compares web origins (RFC 6454): scheme, host and port, whose letters have no case and whose default ports may be
/// left out.
enum WebOriginText {
  /// `https://host[:port]` in lower case without a default port; nil for anything but an http or https origin. A path,
  /// as a public URL may have, is dropped.
  static func normalized(_ text: String) -> String? {
    guard let (scheme, authority) = parts(text) else { return nil }
    return "\(scheme)://\(normalized(authority, scheme: scheme))"
  }

  /// Whether an origin has the host and port of a Host field, whatever its scheme: a proxy may have added TLS.
  static func matches(_ origin: String, host: String) -> Bool {
    guard !host.isEmpty, let (scheme, authority) = parts(origin) else { return false }
    return normalized(authority, scheme: scheme) == normalized(host, scheme: scheme)
  }

  private static func normalized(_ authority: some StringProtocol, scheme: String) -> String {
    let text = String(authority).asciiLowercased
    let standard = scheme == "https" ? ":443" : ":80"
    return text.hasSuffix(standard) ? String(text.dropLast(standard.count)) : text
  }

  private static func parts(_ text: String) -> (scheme: String, authority: Substring)? {
    for scheme in ["http", "https"] where String(text.prefix(scheme.count + 3)).asciiLowercased == scheme + "://" {
      let authority = text.dropFirst(scheme.count + 3).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
      return authority.isEmpty || authority.hasPrefix(":") ? nil : (scheme, authority)
    }
    return nil
  }
}
