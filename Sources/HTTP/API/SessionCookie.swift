/// The cookie that holds a person's session in a browser.
struct SessionCookie {
  /// Its name.
  let name: String
  /// Whether browsers send it over TLS only.
  let isSecure: Bool

  /// The cookie for a request: Secure, except in development on the local machine without TLS.
  ///
  /// A namespace keeps the cookies of several servers on one host apart. Such a cookie, when it is Secure, has the
  /// `__Host-` prefix, so that no other host of the domain can set it (RFC 6265bis, section 4.1.3.2).
  init(_ provenance: RequestProvenance, _ settings: APISettings) {
    isSecure =
      !(settings.developmentMode && provenance.isLocalTransport) || provenance.isForwardedFromTLS
    guard !settings.cookieNamespace.isEmpty else {
      name = "cc_session"
      return
    }
    name = (isSecure ? "__Host-cc-" : "cc-") + settings.cookieNamespace + "-session"
  }

  /// The Set-Cookie field that stores a session.
  /// - Throws: `HTTPFieldError` when the namespace is not made of cookie octets.
  func setting(token: String, seconds: Int64) throws(HTTPFieldError) -> String {
    try SetCookie(name, token, maxAgeSeconds: Int(seconds), isSecure: isSecure).fieldValue
  }

  /// The values, not empty, that Cookie fields have for this cookie (RFC 6265, section 4.2).
  func values(in cookieFields: [String]) -> [String] {
    var found: [String] = []
    for field in cookieFields {
      for pair in field.split(separator: ";") {
        guard let equals = pair.firstIndex(of: "="), Self.trimmed(pair[..<equals]) == name else { continue }
        var value = Self.trimmed(pair[pair.index(after: equals)...])
        if value.utf8.count >= 2, value.hasPrefix("\""), value.hasSuffix("\"") { value = value.dropFirst().dropLast() }
        if !value.isEmpty { found.append(String(value)) }
      }
    }
    return found
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var rest = text
    while let first = rest.utf8.first, first == 0x20 || first == 0x09 { rest = rest.dropFirst() }
    while let last = rest.utf8.last, last == 0x20 || last == 0x09 { rest = rest.dropLast() }
    return rest
  }
}
