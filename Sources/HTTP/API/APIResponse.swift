import Storage

/// What a handler answers.
public struct APIResponse: Sendable {
  /// The HTTP status code.
  public var status: Int
  /// Header fields besides Content-Type, Content-Length, Date and the correlation id, which the server adds.
  public var headers: [(name: String, value: String)]
  /// The media type of the body.
  public var contentType: String
  /// The body.
  public var body: [UInt8]

  /// A response with a body of any type.
  public init(status: Int, contentType: String, body: [UInt8], headers: [(name: String, value: String)] = []) {
    self.status = status
    self.contentType = contentType
    self.body = body
    self.headers = headers
  }

  /// A JSON object, whose fields `fields` writes.
  public static func json(
    _ status: Int = 200, capacity: Int = 512, _ fields: (inout JSONWriter) -> Void
  ) -> APIResponse {
    var json = JSONWriter(capacity: capacity)
    json.object(fields)
    return APIResponse(status: status, contentType: "application/json", body: json.bytes)
  }

  /// No content.
  public static let empty = APIResponse(status: 204, contentType: "", body: [])

  /// An error in plain words: `{"error": "..."}`.
  public static func error(_ status: Int, _ message: String) -> APIResponse {
    json(status) { $0.field("error", message) }
  }

  /// The same response with one more header field.
  public func with(header name: String, _ value: String) -> APIResponse {
    var copy = self
    copy.headers.append((name, value))
    return copy
  }
}
