import Testing

@testable import HTTP

@Suite("WebSocket handshake")
struct HandshakeTests {
  private static let valid: HTTPHeaders = [
    "Host": "h", "Upgrade": "websocket", "Connection": "keep-alive, Upgrade", "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
  ]

  private func head(
    method: String = "GET", version: String = "HTTP/1.1", setting fields: KeyValuePairs<String, String?> = [:],
    adding added: KeyValuePairs<String, String> = [:]
  ) throws -> HTTPRequestHead {
    var headers = Self.valid
    for (name, value) in fields {
      if let value { headers.set(name, value) } else { headers.remove(name) }
    }
    for (name, value) in added { headers.append(name, value) }
    let lines = headers.map { "\($0.name): \($0.value)\r\n" }.joined()
    return try parsedHead("\(method) /ws \(version)\r\n\(lines)\r\n")
  }

  @Test("the example of RFC 6455 section 1.3") func accepts() throws {
    let response = try WebSocketHandshake(head()).response()
    #expect(response.status == .switchingProtocols)
    #expect(response.headers == ["Upgrade": "websocket", "Sec-WebSocket-Accept": "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="])
  }

  @Test func subprotocolsAndExtensions() throws {
    let head = try head(adding: [
      "Sec-WebSocket-Protocol": "chat, clickclack.bearer.abc", "Sec-WebSocket-Protocol": "x",
      "Sec-WebSocket-Extensions": "permessage-deflate",
    ])
    let handshake = try WebSocketHandshake(head)
    #expect(handshake.subprotocols == ["chat", "clickclack.bearer.abc", "x"])
    let response = handshake.response(
      subprotocol: "chat", deflate: WebSocketDeflateParameters.negotiate(head.headers))
    #expect(response.headers["sec-websocket-protocol"] == "chat")
    #expect(response.headers["sec-websocket-extensions"]?.hasPrefix("permessage-deflate; server_no") == true)
  }

  @Test func upgradeTokensMatchInAnyCase() throws {
    _ = try WebSocketHandshake(head(setting: ["Upgrade": "h2c, WebSocket", "Connection": "upgrade"]))
  }

  private func refusal(_ head: HTTPRequestHead) -> WebSocketHandshakeError? {
    do throws(WebSocketHandshakeError) {
      _ = try WebSocketHandshake(head)
      return nil
    } catch {
      return error
    }
  }

  @Test func refusals() throws {
    #expect(refusal(try head(method: "POST"))?.status == .methodNotAllowed)
    #expect(refusal(try head(version: "HTTP/1.0"))?.status == .upgradeRequired)
    for fields: KeyValuePairs<String, String?> in [
      ["Upgrade": nil], ["Connection": nil], ["Upgrade": "h2c"], ["Connection": "close"], ["Upgrade": "websockets"],
    ] {
      let error = refusal(try head(setting: fields))
      #expect(error?.status == .upgradeRequired && error?.headers["upgrade"] == "websocket")
    }
    for version in [nil, "8", "12", "14", "013", "13, 8", ""] {
      let error = refusal(try head(setting: ["Sec-WebSocket-Version": version]))
      #expect(error?.status == .upgradeRequired && error?.headers["sec-websocket-version"] == "13")
    }
    for key in [
      nil, "", "short", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZQ===", "dGhlIHNhbXBsZSBub25jZSE=",
      "dGhlIHNhbXBsZSBub25j*Q==", "dGhlIHNhbXBsZSBub25jZQ!=",
    ] {
      #expect(refusal(try head(setting: ["Sec-WebSocket-Key": key]))?.status == .badRequest, "\(key ?? "nil")")
    }
    #expect(refusal(try head(adding: ["Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="]))?.status == .badRequest)
    #expect(refusal(try head(adding: ["Sec-WebSocket-Protocol": "a b"]))?.status == .badRequest)
    #expect(refusal(try head(adding: ["Content-Length": "3"]))?.status == .badRequest)
  }

  /// A client's request through encoder and parser, and the answer back.
  @Test(arguments: [true, false]) func clientAndServerAgree(offersDeflate: Bool) throws {
    let client = WebSocketClientHandshake(
      randomBytes: Array(0..<16), subprotocols: ["chat"], offersDeflate: offersDeflate)
    let request = try client.request(target: "/ws?x=1", host: "h", headers: ["Authorization": "Bearer t"])
    let parsed = try parsedHead(String(decoding: HTTP1RequestEncoder.bytes(request), as: UTF8.self))
    #expect(parsed.headers["authorization"] == "Bearer t" && parsed.query == "x=1")
    let deflate = WebSocketDeflateParameters.negotiate(parsed.headers)
    var encoder = HTTP1ResponseEncoder(answering: parsed)
    var output: [UInt8] = []
    try encoder.append(
      WebSocketHandshake(parsed).response(subprotocol: "chat", deflate: deflate), bodyBytes: nil,
      date: HTTPDate(unixSeconds: 0), to: &output)
    var parser = HTTP1ResponseParser()
    let event = try output.withBytes { bytes in
      var input = bytes
      return try parser.next(&input)
    }
    guard case .head(let response) = event else {
      Issue.record("no answer")
      return
    }
    #expect(try client.validate(response) == offersDeflate)
    #expect(throws: WebSocketError.self) {
      try WebSocketClientHandshake(randomBytes: Array(1..<17)).validate(response)
    }
    #expect(throws: WebSocketError.self) { try client.validate(HTTPResponseHead(.ok)) }
  }
}
