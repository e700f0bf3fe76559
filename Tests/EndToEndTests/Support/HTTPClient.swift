import FoundationEssentials
import HTTP
import Storage

/// A whole response.
struct Response: Sendable {
  var status: Int
  var headers: HTTPHeaders
  var body: [UInt8] = []

  var text: String { String(decoding: body, as: UTF8.self) }

  /// The body as JSON.
  func json() throws -> JSONValue {
    do {
      return try JSONDecoder().decode(JSONValue.self, from: Data(body))
    } catch {
      throw TestFailure("not JSON (\(status)): \(text)")
    }
  }
}

/// What a test can't go on without.
struct TestFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

extension JSONValue {
  subscript(name: String) -> JSONValue {
    guard case .object(let fields) = self else { return .null }
    return fields[name] ?? .null
  }

  var text: String {
    guard case .string(let text) = self else { return "" }
    return text
  }

  var integer: Int64? {
    guard case .integer(let number) = self else { return nil }
    return number
  }

  var elements: [JSONValue] {
    guard case .array(let elements) = self else { return [] }
    return elements
  }
}

/// A blocking HTTP/1.1 client on one kept connection. Used by one thread at a time.
final class HTTPClient {
  let socket: BlockingSocket
  /// Who asks: an identifier for the impersonation field of development mode, or a bearer token.
  var user: UserID?
  var token: String?
  private var parser: HTTP1ResponseParser
  private var input: [UInt8] = []

  convenience init(port: UInt16, user: UserID? = nil, token: String? = nil) throws {
    self.init(socket: try BlockingSocket(port: port), user: user, token: token)
  }

  init(socket: BlockingSocket, user: UserID? = nil, token: String? = nil) {
    self.socket = socket
    self.user = user
    self.token = token
    var limits = HTTPLimits()
    limits.bodyBytesMax = 1 << 30
    parser = HTTP1ResponseParser(limits: limits)
  }

  /// One exchange.
  func request(
    _ method: HTTPMethod, _ path: String, json: String? = nil, headers: [(String, String)] = []
  ) throws -> Response {
    try socket.send(bytes(method, path, json: json, headers: headers))
    return try receive(answering: method)
  }

  /// One exchange that must succeed.
  func call(_ method: HTTPMethod, _ path: String, json: String? = nil) throws -> JSONValue {
    let response = try request(method, path, json: json)
    guard (200..<300).contains(response.status) else {
      throw TestFailure("\(method.rawValue) \(path): \(response.status) \(response.text)")
    }
    return try response.json()
  }

  /// The bytes of a request, for tests that send them in their own way.
  func bytes(
    _ method: HTTPMethod, _ path: String, json: String? = nil, headers: [(String, String)] = []
  ) -> [UInt8] {
    var head = "\(method.rawValue) \(path) HTTP/1.1\r\n"
    if !headers.contains(where: { $0.0 == "Host" }) { head += "Host: localhost\r\n" }
    if let user { head += "X-ClickClack-User: \(user)\r\n" }
    if let token { head += "Authorization: Bearer \(token)\r\n" }
    for (name, value) in headers { head += "\(name): \(value)\r\n" }
    if let json { head += "Content-Type: application/json\r\nContent-Length: \(json.utf8.count)\r\n" }
    return Array("\(head)\r\n\(json ?? "")".utf8)
  }

  /// The next final response.
  func receive(answering method: HTTPMethod = .get) throws -> Response {
    while true {
      let response = try receiveAny(answering: method)
      if response.status == 101 || response.status >= 200 { return response }
    }
  }

  /// The next response, also an interim one.
  func receiveAny(answering method: HTTPMethod = .get) throws -> Response {
    parser.expect(method)
    var response: Response?
    while true {
      while let event = try nextEvent() {
        switch event {
        case .head(let head):
          response = Response(status: head.status.code, headers: head.headers)
          if head.status.isInformational, let response { return response }
        case .body(let bytes): response?.body.append(contentsOf: bytes)
        case .end:
          if let response { return response }
        }
      }
      if try !readMore() {
        guard case .end? = try finish(), let response else { throw SocketFailure.reset }
        return response
      }
    }
  }

  /// The next piece of a body that has no end, empty when the server closed; `head` takes the head.
  func receiveStream(_ head: (Response) -> Void) throws -> [UInt8] {
    var piece: [UInt8] = []
    while true {
      while let event = try nextEvent() {
        switch event {
        case .head(let found): head(Response(status: found.status.code, headers: found.headers))
        case .body(let bytes): piece.append(contentsOf: bytes)
        case .end: return piece
        }
      }
      if !piece.isEmpty { return piece }
      if try !readMore() { return [] }
    }
  }

  /// What arrived behind the last response, such as the first frames of a WebSocket.
  func takeRest() -> [UInt8] {
    defer { input = [] }
    return input
  }

  /// Whether something arrived that has not been taken.
  var hasInput: Bool { !input.isEmpty }

  /// Whether the server closes without sending anything more.
  func isClosedByServer() throws -> Bool {
    if !input.isEmpty { return false }
    do {
      guard try socket.receive().isEmpty else { return false }
      socket.finishSending()
      return true
    } catch SocketFailure.reset {
      return true
    }
  }

  private func readMore() throws -> Bool {
    let bytes = try socket.receive()
    input += bytes
    return !bytes.isEmpty
  }

  /// Bodies are only valid while the input is, so each event is copied out before more is read.
  private func nextEvent() throws -> Piece? {
    let bytes = input
    return try bytes.withUnsafeBytes { whole in
      var rest = whole
      let event = try parser.next(&rest)
      input = Array(rest)
      switch event {
      case .head(let head): return .head(head)
      case .body(let bytes): return .body(Array(bytes))
      case .end: return .end
      case nil: return nil
      }
    }
  }

  private func finish() throws -> Piece? {
    guard case .end? = try parser.finish() else { return nil }
    return .end
  }

  private enum Piece {
    case head(HTTPResponseHead)
    case body([UInt8])
    case end
  }
}
