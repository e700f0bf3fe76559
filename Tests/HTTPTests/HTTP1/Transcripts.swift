@testable import HTTP

/// What a parser made of some input, in a form that can be compared: bodies joined, an error as the last line.
func requestTranscript(
  _ pieces: [[UInt8]], limits: HTTPLimits = HTTPLimits(), finishes: Bool = false
) -> [String] {
  var parser = HTTP1RequestParser(limits: limits)
  var lines: [String] = []
  var body: [UInt8] = []
  do throws(HTTPParseError) {
    for piece in pieces {
      try piece.withBytes { (bytes) throws(HTTPParseError) in
        var input = bytes
        while let event = try parser.next(&input) {
          switch event {
          case .head(let head): lines.append(headLine(head))
          case .body(let bytes): body.append(contentsOf: bytes)
          case .end(let trailers):
            lines.append("body \(String(decoding: body, as: UTF8.self))")
            lines.append("end \(fieldList(trailers))")
            body = []
          }
        }
        if !input.isEmpty { lines.append("input left over") }
      }
    }
    if finishes { try parser.finish() }
  } catch {
    // How much of a body comes out before the error depends on the pieces; which error it is does not.
    lines.append("error \(error)")
  }
  return lines
}

func requestTranscript(_ text: String, limits: HTTPLimits = HTTPLimits(), finishes: Bool = false) -> [String] {
  requestTranscript([Array(text.utf8)], limits: limits, finishes: finishes)
}

func headLine(_ head: HTTPRequestHead) -> String {
  "\(head.method.rawValue) \(head.target) \(head.version) \(head.bodyLength) keep=\(head.keepsAlive) "
    + "continue=\(head.expectsContinue) upgrade=\(head.requestsUpgrade) \(fieldList(head.headers))"
}

func fieldList(_ headers: HTTPHeaders) -> String {
  "[" + headers.map { "\($0.name)=\($0.value)" }.joined(separator: "|") + "]"
}

/// The one head of a request that is expected to be valid.
func parsedHead(_ text: String) throws -> HTTPRequestHead {
  var parser = HTTP1RequestParser()
  let event = try Array(text.utf8).withBytes { bytes in
    var input = bytes
    return try parser.next(&input)
  }
  guard case .head(let head) = event else { throw HTTPParseError(.badRequest, "no head") }
  return head
}

func responseTranscript(
  _ pieces: [[UInt8]], answering methods: [HTTPMethod] = [], limits: HTTPLimits = HTTPLimits(), finishes: Bool = true
) -> [String] {
  var parser = HTTP1ResponseParser(limits: limits)
  var methods = methods
  if !methods.isEmpty { parser.expect(methods.removeFirst()) }
  var lines: [String] = []
  var body: [UInt8] = []
  func record(_ event: HTTP1ResponseEvent) {
    switch event {
    case .head(let head): lines.append("\(head.status) \(fieldList(head.headers))")
    case .body(let bytes): body.append(contentsOf: bytes)
    case .end(let trailers):
      lines.append("body \(String(decoding: body, as: UTF8.self))")
      lines.append("end \(fieldList(trailers))")
      body = []
      if !methods.isEmpty { parser.expect(methods.removeFirst()) }
    }
  }
  do throws(HTTPParseError) {
    for piece in pieces {
      try piece.withBytes { (bytes) throws(HTTPParseError) in
        var input = bytes
        while let event = try parser.next(&input) { record(event) }
      }
    }
    if finishes, let event = try parser.finish() { record(event) }
  } catch {
    lines.append("error \(error)")
  }
  return lines
}
