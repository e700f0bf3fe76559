@testable import HTTP

/// Upgrade requests: whatever the fields, the answer is a clear refusal or a 101 that can be sent. The same fields as an
/// answer: a client accepts only what it asked for.
func fuzzHandshake(_ fields: [UInt8]) {
  checkAnswer(fields)
  let message = Array("GET /ws HTTP/1.1\r\nHost: h\r\n".utf8) + fields + Array("\r\n\r\n".utf8)
  var parser = HTTP1RequestParser()
  let head = message.withBytes { bytes -> HTTPRequestHead? in
    var input = bytes
    do throws(HTTPParseError) {
      if case .head(let head) = try parser.next(&input) { return head }
      return nil
    } catch {
      return nil
    }
  }
  guard let head else { return }
  let deflate = WebSocketDeflateParameters.negotiate(head.headers)
  do throws(WebSocketHandshakeError) {
    let handshake = try WebSocketHandshake(head)
    send(handshake.response(subprotocol: handshake.subprotocols.first, deflate: deflate), answering: head)
  } catch {
    invariant([400, 405, 426].contains(error.status.code), "a surprising status")
    send(HTTPResponseHead(error.status, headers: error.headers), answering: head)
  }
}

private func checkAnswer(_ fields: [UInt8]) {
  let message = Array("HTTP/1.1 101 Switching Protocols\r\n".utf8) + fields + Array("\r\n\r\n".utf8)
  guard let head = ResponseLog([message], limits: HTTPLimits()).heads.first else { return }
  for offersDeflate in [false, true] {
    let asked = WebSocketClientHandshake(
      randomBytes: [UInt8](repeating: 0, count: 16), subprotocols: ["clickclack"], offersDeflate: offersDeflate)
    guard let deflates = outcome({ () throws(WebSocketError) in try asked.validate(head) }) else { continue }
    invariant(head.headers.values(of: "sec-websocket-accept") == ["ICX+Yqv66kxgM0FcWaLWlFLwTAI="], "another key")
    invariant(offersDeflate || !deflates, "compression that was not offered")
    invariant(deflates == head.headers.contains("sec-websocket-extensions"), "compression by itself")
    invariant(["clickclack", nil].contains(head.headers["sec-websocket-protocol"]), "another protocol")
  }
}

private func send(_ response: HTTPResponseHead, answering head: HTTPRequestHead) {
  var encoder = HTTP1ResponseEncoder(answering: head)
  var output: [UInt8] = []
  do throws(HTTPFieldError) {
    try encoder.append(response, bodyBytes: 0, date: HTTPDate(unixSeconds: 0), to: &output)
  } catch {
    invariant(false, "the answer cannot be sent: \(error)")
  }
  let log = ResponseLog([output])
  invariant(log.error == nil && log.heads.first?.status == response.status, "the answer cannot be read")
}
