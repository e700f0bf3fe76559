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
      !(settings.developmentMode && provenance.isLocalTransport) || provenance.isForwardedFromTLS || settings.speaksTLS
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

  /// The Set-Cookie field that removes it.
  /// - Throws: `HTTPFieldError` when the namespace is not made of cookie octets.
  func removal() throws(HTTPFieldError) -> String { try setting(token: "", seconds: 0) }

  /// The values, not empty, that a request has for this cookie.
  func values(in headers: HTTPHeaders) -> [String] { HTTPCookies.values(of: name, in: headers).filter { !$0.isEmpty } }
}
