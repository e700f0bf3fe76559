/// A Set-Cookie field (RFC 6265 section 4.1, SameSite from RFC 6265bis).
///
///     headers.append("Set-Cookie", try SetCookie("session", token, maxAgeSeconds: 86_400).fieldValue)
public struct SetCookie: Sendable, Equatable {
  /// When a browser sends the cookie with requests from other sites.
  public enum SameSite: String, Sendable {
    case strict = "Strict"
    case lax = "Lax"
    case none = "None"
  }

  /// The name, a token.
  public var name: String
  /// The value, made of cookie octets.
  public var value: String
  /// The path under which the cookie is sent.
  public var path: String
  /// Lifetime in seconds; nil makes a session cookie, 0 deletes it.
  public var maxAgeSeconds: Int?
  /// Whether the cookie needs TLS.
  public var isSecure: Bool
  /// Whether scripts are kept from reading the cookie.
  public var isHTTPOnly: Bool
  /// Cross-site rule.
  public var sameSite: SameSite?

  /// Makes a cookie; the defaults are those of a session cookie on TLS.
  public init(
    _ name: String, _ value: String, path: String = "/", maxAgeSeconds: Int? = nil, isSecure: Bool = true,
    isHTTPOnly: Bool = true, sameSite: SameSite? = .lax
  ) {
    self.name = name
    self.value = value
    self.path = path
    self.maxAgeSeconds = maxAgeSeconds
    self.isSecure = isSecure
    self.isHTTPOnly = isHTTPOnly
    self.sameSite = sameSite
  }

  /// The field's value. Throws when name, value or path hold a byte that would end or split the cookie.
  public var fieldValue: String {
    get throws(HTTPFieldError) {
      guard !name.isEmpty, name.utf8.allSatisfy(\.isTokenByte) else {
        throw HTTPFieldError("the cookie name is not a token")
      }
      guard value.utf8.allSatisfy(\.isCookieByte) else { throw HTTPFieldError("the cookie value is malformed") }
      guard path.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != ASCII.semicolon }) else {
        throw HTTPFieldError("the cookie path is malformed")
      }
      var text = "\(name)=\(value); Path=\(path)"
      if let maxAgeSeconds {
        text += "; Max-Age=\(max(0, maxAgeSeconds))"
        if maxAgeSeconds <= 0 { text += "; Expires=Thu, 01 Jan 1970 00:00:00 GMT" }
      }
      if isHTTPOnly { text += "; HttpOnly" }
      if isSecure { text += "; Secure" }
      if let sameSite { text += "; SameSite=\(sameSite.rawValue)" }
      return text
    }
  }
}
