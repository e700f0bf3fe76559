/// Compares web origins (RFC 6454): scheme, host and port, whose letters have no case and whose default ports may be
/// left out.
enum WebOriginText {
  /// `https://host[:port]` in lower case without a default port; nil for anything but an http or https origin. A path,
  /// as a public URL may have, is dropped.
  static func normalizedOrigin(_ text: String) -> String? {
    guard let (scheme, authority) = parts(text), !authority.isEmpty else { return nil }
    return "\(scheme)://\(normalized(authority, scheme: scheme))"
  }

  /// The host and port of an origin, normalized; nil for anything but an http or https origin.
  static func authority(of origin: String) -> String? {
    guard let (scheme, authority) = parts(origin), !authority.isEmpty else { return nil }
    return normalized(authority, scheme: scheme)
  }

  /// A host and port in lower case, without the scheme's default port.
  static func normalized(_ authority: some StringProtocol, scheme: String) -> String {
    let text = FieldName.lowercased(authority)
    let standard = scheme == "https" ? ":443" : ":80"
    return text.hasSuffix(standard) ? String(text.dropLast(standard.count)) : text
  }

  private static func parts(_ text: String) -> (scheme: String, authority: Substring)? {
    for scheme in ["http", "https"] where FieldName.lowercased(text.prefix(scheme.count + 3)) == scheme + "://" {
      return (scheme, text.dropFirst(scheme.count + 3).prefix { $0 != "/" && $0 != "?" && $0 != "#" })
    }
    return nil
  }
}
