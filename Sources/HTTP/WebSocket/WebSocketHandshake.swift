import COpenSSL

/// Why an upgrade is refused: what to answer.
public struct WebSocketHandshakeError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The status: 400, 405 or 426.
  public let status: HTTPStatus
  /// What was wrong, in plain words.
  public let message: String
  /// Fields that belong to the answer, such as the version that is supported.
  public let headers: HTTPHeaders

  init(_ status: HTTPStatus, _ message: String, headers: HTTPHeaders = [:]) {
    self.status = status
    self.message = message
    self.headers = headers
  }

  /// The status and the message, for logs.
  public var description: String { "\(status.code): \(message)" }
}

/// A client's valid request to open a WebSocket connection (RFC 6455 section 4.2).
///
///     let handshake = try WebSocketHandshake(head)
///     let deflate = WebSocketDeflateParameters.negotiate(head.headers)
///     let response = handshake.response(subprotocol: nil, deflate: deflate)
public struct WebSocketHandshake: Sendable {
  /// The bound on subprotocols that are read; the rest is ignored.
  public static let subprotocolCountMax = 32

  /// The subprotocols the client offers, the preferred one first.
  public let subprotocols: [String]
  private let acceptKey: String

  /// Checks a request. Throws the answer to send when it is not a valid upgrade.
  public init(_ head: HTTPRequestHead) throws(WebSocketHandshakeError) {
    guard head.method == .get else {
      throw WebSocketHandshakeError(.methodNotAllowed, "a WebSocket is opened with GET", headers: ["Allow": "GET"])
    }
    guard head.version == .http11, head.requestsUpgrade, head.headers.contains("upgrade", token: "websocket") else {
      throw WebSocketHandshakeError(
        .upgradeRequired, "this address only serves WebSocket connections", headers: ["Upgrade": "websocket"])
    }
    guard head.headers.values(of: "sec-websocket-version") == ["13"] else {
      throw WebSocketHandshakeError(
        .upgradeRequired, "only WebSocket version 13 is supported",
        headers: ["Upgrade": "websocket", "Sec-WebSocket-Version": "13"])
    }
    guard head.bodyLength == .none || head.bodyLength == .fixed(0) else {
      throw WebSocketHandshakeError(.badRequest, "a WebSocket request has no body")
    }
    let keys = head.headers.values(of: "sec-websocket-key")
    guard keys.count == 1, keys[0].withBytes(Base64.isSixteenBytes) else {
      throw WebSocketHandshakeError(.badRequest, "the Sec-WebSocket-Key is missing or invalid")
    }
    var names: [String] = []
    var isValid = true
    head.headers.forEachValue(of: "sec-websocket-protocol") { value in
      forEachListElement(value) { element in
        isValid = isValid && element.isToken
        if names.count < Self.subprotocolCountMax { names.append(element.text) }
      }
    }
    guard isValid else { throw WebSocketHandshakeError(.badRequest, "the Sec-WebSocket-Protocol is invalid") }
    subprotocols = names
    acceptKey = Self.accept(key: keys[0])
  }

  /// The 101 answer. `subprotocol` must be one of the offered ones; `deflate` comes from the same request.
  public func response(
    subprotocol: String? = nil, deflate: WebSocketDeflateParameters? = nil
  ) -> HTTPResponseHead {
    var headers: HTTPHeaders = ["Upgrade": "websocket", "Sec-WebSocket-Accept": acceptKey]
    if let subprotocol { headers.append("Sec-WebSocket-Protocol", subprotocol) }
    if let deflate { headers.append("Sec-WebSocket-Extensions", deflate.fieldValue) }
    return HTTPResponseHead(.switchingProtocols, headers: headers)
  }

  /// Sec-WebSocket-Accept for a key: the proof that the server speaks WebSocket (RFC 6455 section 1.3).
  static func accept(key: String) -> String {
    let input = Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)
    var digest = [UInt8](repeating: 0, count: 20)
    _ = SHA1(input, input.count, &digest)
    return Base64.encode(digest)
  }
}
