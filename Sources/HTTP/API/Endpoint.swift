import Storage

/// The methods that the API uses.
public enum EndpointMethod: String, Sendable {
  case get = "GET"
  case post = "POST"
  case put = "PUT"
  case patch = "PATCH"
  case delete = "DELETE"
}

/// Who may call an operation at all. What they may do with it is decided by `Access`, in the transaction.
public enum EndpointAccess: Sendable, Equatable {
  /// Anyone, without credentials.
  case anyone
  /// Any known person, and bots whose token has the scope.
  case caller(botScope: String)
  /// Any known person or bot; no scope is needed.
  case anyCaller
  /// People only: bot tokens are refused with 403.
  case people
}

/// How an endpoint takes the body of its request.
public enum EndpointBody: Sendable, Equatable {
  /// Whole, in memory, up to the configured size for JSON bodies.
  case collected
  /// Piece by piece while it arrives, up to this many bytes.
  case streamed(bytesMax: Int)
}

/// One operation of the API: where it is, who may call it, what it does. The router, the access check, the OpenAPI test
/// and the metrics are all made from the list of these.
public struct Endpoint: Sendable {
  /// Handles one request, on the event loop of its connection.
  public typealias Handler = @Sendable (APIRequest) async throws -> APIResponse

  /// The HTTP method.
  public let method: EndpointMethod
  /// The path with typed parameters, such as `/api/messages/{message_id}`.
  public let pattern: String
  /// The operation's name in `openapi.yaml`.
  public let operation: String
  /// Who may call it.
  public let access: EndpointAccess
  /// How often one address may call it. Who needs no credential can only be counted by address, so every operation open
  /// to anyone has a limit; a test knows the exceptions.
  public let limit: EndpointLimit
  /// How it takes the body.
  public let body: EndpointBody
  /// What it does.
  public let handler: Handler

  /// Declares an operation.
  public init(
    _ method: EndpointMethod, _ pattern: String, _ operation: String, access: EndpointAccess,
    limit: EndpointLimit = .unlimited, body: EndpointBody = .collected, handler: @escaping Handler
  ) {
    self.method = method
    self.pattern = pattern
    self.operation = operation
    self.access = access
    self.limit = limit
    self.body = body
    self.handler = handler
  }
}
