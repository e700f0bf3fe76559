import Runtime
import Storage

/// What a handler answers.
public struct APIResponse: Sendable {
  /// Writes a body piece by piece, with backpressure.
  public typealias StreamBody = @Sendable (ResponseBodyWriter) async throws -> Void
  /// Takes over the connection behind the response head: for WebSockets and event streams. Called on the loop with
  /// the bytes that the client sent ahead.
  public typealias TakeOver = @Sendable (TCPConnection, _ ahead: [UInt8]) -> Void

  /// The kinds of body.
  public enum Content: Sendable {
    /// No body at all.
    case empty
    /// Bytes in memory.
    case bytes([UInt8])
    /// Bytes that live as long as the process, such as an embedded asset.
    case frame(Frame)
    /// A body that is written as it becomes known; `length` in bytes when it is known before.
    case stream(length: Int?, StreamBody)
    /// Another protocol follows the head.
    case takeOver(TakeOver)
  }

  /// The HTTP status code.
  public var status: Int
  /// Header fields besides Content-Type, Content-Length, Date and the correlation id, which the server adds.
  public var headers: [(name: String, value: String)]
  /// The media type of the body; empty when there is none.
  public var contentType: String
  /// The body.
  public var content: Content

  /// A response with a body in memory.
  public init(status: Int, contentType: String, body: [UInt8], headers: [(name: String, value: String)] = []) {
    self.init(status: status, contentType: contentType, content: body.isEmpty ? .empty : .bytes(body), headers: headers)
  }

  /// A response with a body of any kind.
  public init(status: Int, contentType: String, content: Content, headers: [(name: String, value: String)] = []) {
    self.status = status
    self.contentType = contentType
    self.content = content
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
  public static let empty = APIResponse(status: 204, contentType: "", content: .empty)

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

  /// The body, when it is bytes in memory; otherwise nothing.
  public var body: [UInt8] {
    if case .bytes(let bytes) = content { bytes } else { [] }
  }
}
