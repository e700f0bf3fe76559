@testable import HTTP

/// Chunked bodies: pieces do not matter, and what was decoded survives encoding and decoding again.
func fuzzChunked(_ bytes: [UInt8]) {
  guard let seed = bytes.first else { return }
  let head = Array("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
  let message = head + bytes.dropFirst()
  let log = RequestLog([message])
  invariant(log == RequestLog(pieces(of: message, seed: seed)), "pieces matter")
  RequestLog.checkLimits(of: message)
  guard let body = log.bodies.first, let trailers = log.trailers.first else { return }

  var encoder = HTTP1ResponseEncoder()
  var output: [UInt8] = []
  do throws(HTTPFieldError) {
    try encoder.append(HTTPResponseHead(.ok), bodyBytes: nil, date: HTTPDate(unixSeconds: 0), to: &output)
    for piece in pieces(of: body, seed: seed) { encoder.append(body: piece, to: &output) }
    try encoder.end(trailers: trailers, to: &output)
  } catch {
    invariant(false, "a parsed trailer cannot be sent: \(error)")
  }
  let log2 = ResponseLog(pieces(of: output, seed: seed &+ 1))
  invariant(log2.error == nil && log2.bodies == [body] && log2.trailers == [trailers], "the body does not survive")
}
