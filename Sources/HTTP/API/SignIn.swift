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

  /// Whether the body says that it is JSON. Forms of other sites can't say so without a preflight.
  var hasJSONBody: Bool {
    request.header("content-type").flatMap { MediaType(parsing: $0) }?.essence == "application/json"
  }

  /// The refusal of a body that is not JSON.
  static let notJSON = APIResponse.error(415, "the body must be application/json")
}
