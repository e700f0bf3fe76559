import Runtime
import Storage

/// The rules that every way to sign in shares: whoever signs in has no credential yet.
struct SignIn {
  private let request: APIRequest
  let provenance: RequestProvenance

  init(_ request: APIRequest) {
    self.request = request
    provenance = RequestProvenance(headers: request.head.headers, peerIsLoopback: request.peerIsLoopback)
  }

  /// Refuses pages of other sites.
  /// - Throws: `StoreError.forbidden`.
  func requireOwnPage() throws(StoreError) {
    try Authenticator(settings: request.services.settings).requireOwnPage(provenance)
  }

  /// Where the session that begins comes from.
  /// - Parameter method: The way to sign in, such as `magic`.
  func origin(_ method: String) -> SessionOrigin {
    SessionOrigin(method: method, userAgent: request.header("user-agent") ?? "", address: request.peerAddress)
  }

  /// The answer that ends every way to sign in: the session in the body for programs, its cookie for browsers.
  /// - Throws: `HTTPFieldError` when the cookie can't be written.
  func answer(_ session: Session, _ user: User) throws(HTTPFieldError) -> APIResponse {
    APIResponse.json { json in
      json.field("session", session)
      json.field("token", session.token)
      json.field("user", user)
    }
    .with(header: "Set-Cookie", try cookie(session))
    .with(header: "Cache-Control", "no-store")
  }

  /// The Set-Cookie field of a session.
  /// - Throws: `HTTPFieldError` when the cookie can't be written.
  func cookie(_ session: Session) throws(HTTPFieldError) -> String {
    let settings = request.services.settings
    return try SessionCookie(provenance, settings).setting(token: session.token, seconds: settings.sessionSeconds)
  }

  /// Whether the body says that it is JSON. Forms of other sites can't say so without a preflight.
  var hasJSONBody: Bool {
    request.header("content-type").flatMap { MediaType(parsing: $0) }?.essence == "application/json"
  }

  /// The refusal of a body that is not JSON.
  static let notJSON = APIResponse.error(415, "the body must be application/json")
}
