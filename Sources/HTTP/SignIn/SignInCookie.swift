import Storage

/// The cookie that recognises the browser in which a sign-in began.
struct SignInCookie {
  private let name: String
  private let isSecure: Bool

  /// The cookie for a request; as secure as the session's.
  init(_ provenance: RequestProvenance, _ settings: APISettings) {
    isSecure = SessionCookie(provenance, settings).isSecure
    let namespace = settings.cookieNamespace.isEmpty ? "" : settings.cookieNamespace + "-"
    name = (isSecure ? "__Host-cc-" : "cc-") + namespace + "signin"
  }

  /// The secret that a browser shows; nil without one, or with several, of which one may be foreign.
  func secret(in headers: HTTPHeaders) -> String? {
    let values = HTTPCookies.values(of: name, in: headers)
    guard values.count == 1, let value = values.first,
      Base64URL.isText(value, count: RandomSecret.textCount...RandomSecret.textCount)
    else { return nil }
    return value
  }

  /// The Set-Cookie field that stores a secret; an empty one is deleted.
  /// - Throws: `HTTPFieldError` when the namespace is not made of cookie octets.
  func setting(_ secret: String, seconds: Int64) throws(HTTPFieldError) -> String {
    try SetCookie(name, secret, maxAgeSeconds: Int(seconds), isSecure: isSecure).fieldValue
  }
}
