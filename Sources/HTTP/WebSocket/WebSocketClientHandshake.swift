/// The client's side of the handshake, for tools and tests (RFC 6455 section 4.1).
public struct WebSocketClientHandshake: Sendable {
  private let key: String
  private let subprotocols: [String]
  private let offersDeflate: Bool

  /// Makes a handshake from sixteen random bytes.
  public init(randomBytes: [UInt8], subprotocols: [String] = [], offersDeflate: Bool = false) {
    key = Base64.encode(randomBytes)
    self.subprotocols = subprotocols
    self.offersDeflate = offersDeflate
  }

  /// The request to send; write it with `HTTP1RequestEncoder`. Throws when the target is malformed.
  public func request(
    target: String, host: String, headers: HTTPHeaders = [:]
  ) throws(HTTPParseError) -> HTTPRequestHead {
    var fields: HTTPHeaders = [
      "Host": host, "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": key,
    ]
    if !subprotocols.isEmpty { fields.append("Sec-WebSocket-Protocol", subprotocols.joined(separator: ", ")) }
    if offersDeflate {
      fields.append(
        "Sec-WebSocket-Extensions", "permessage-deflate; client_no_context_takeover; server_no_context_takeover")
    }
    for (name, value) in headers { fields.append(name, value) }
    var head = try HTTPRequestHead(method: .get, target: target, headers: fields)
    head.requestsUpgrade = true
    return head
  }

  /// Checks the answer. Returns whether compression was agreed on. Throws 1002 when the connection must not be used.
  public func validate(_ response: HTTPResponseHead) throws(WebSocketError) -> Bool {
    guard response.status == .switchingProtocols else {
      throw WebSocketError(.protocolError, "the server answered \(response.status)")
    }
    guard response.headers.contains("upgrade", token: "websocket"),
      response.headers.contains("connection", token: "upgrade"),
      response.headers.values(of: "sec-websocket-accept") == [WebSocketHandshake.accept(key: key)]
    else { throw WebSocketError(.protocolError, "the server does not speak WebSocket") }
    if let chosen = response.headers["sec-websocket-protocol"], !subprotocols.contains(chosen) {
      throw WebSocketError(.protocolError, "the server chose a subprotocol that was not offered")
    }
    guard let extensions = response.headers["sec-websocket-extensions"] else { return false }
    // Context takeover was ruled out in the offer, so a server that keeps it breaks the agreement.
    guard offersDeflate, extensions.hasPrefix("permessage-deflate"),
      extensions.contains("server_no_context_takeover")
    else { throw WebSocketError(.protocolError, "the server chose an extension that was not offered") }
    return true
  }
}
