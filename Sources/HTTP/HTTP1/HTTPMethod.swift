/// The request methods this server implements (RFC 9110 section 9, RFC 5789).
///
/// A well-formed method outside this list is answered with 501, as RFC 9110 section 9.1 asks.
public enum HTTPMethod: String, Sendable, Hashable, CaseIterable {
  case get = "GET"
  case head = "HEAD"
  case post = "POST"
  case put = "PUT"
  case patch = "PATCH"
  case delete = "DELETE"
  case options = "OPTIONS"

  /// Whether a request changes nothing, so that it can be sent again (RFC 9110 section 9.2.1).
  public var isSafe: Bool { self == .get || self == .head || self == .options }

  /// Recognises a method; methods are case-sensitive.
  init?(_ bytes: UnsafeRawBufferPointer) {
    switch bytes.count {
    case 3:
      if bytes.equals("GET") { self = .get } else if bytes.equals("PUT") { self = .put } else { return nil }
    case 4:
      if bytes.equals("POST") { self = .post } else if bytes.equals("HEAD") { self = .head } else { return nil }
    case 5 where bytes.equals("PATCH"): self = .patch
    case 6 where bytes.equals("DELETE"): self = .delete
    case 7 where bytes.equals("OPTIONS"): self = .options
    default: return nil
    }
  }
}
