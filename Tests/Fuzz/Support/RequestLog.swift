@testable import HTTP

/// What the request parser made of some input: heads, bodies, trailers and the error, comparable as a whole.
struct RequestLog: Equatable {
  var heads: [String] = []
  var bodies: [[UInt8]] = []
  var trailers: [HTTPHeaders] = []
  var error: HTTPParseError?

  static let limits = HTTPLimits(
    requestLineBytesMax: 200, headerCountMax: 8, headerBytesMax: 500, bodyBytesMax: 300, trailerBytesMax: 100,
    trailerCountMax: 3, chunkExtensionBytesMax: 20)

  init(_ pieces: [[UInt8]], limits: HTTPLimits = RequestLog.limits) {
    var parser = HTTP1RequestParser(limits: limits)
    var body: [UInt8] = []
    do throws(HTTPParseError) {
      for piece in pieces {
        try piece.withBytes { (bytes) throws(HTTPParseError) in
          var input = bytes
          while let event = try parser.next(&input) {
            switch event {
            case .head(let head): record(head)
            case .body(let bytes): body.append(contentsOf: bytes)
            case .end(let fields):
              invariant(body.count <= limits.bodyBytesMax, "the body passes its limit")
              bodies.append(body)
              trailers.append(fields)
              body = []
            }
          }
          invariant(input.isEmpty, "nil is returned before the input is used up")
        }
      }
    } catch {
      self.error = error
    }
  }

  private mutating func record(_ head: HTTPRequestHead) {
    let fields = head.headers.map { "\($0.name): \($0.value)" }.joined(separator: "\n")
    heads.append("\(head.method) \(head.target) \(head.version) \(head.bodyLength) \(head.keepsAlive)\n\(fields)")
    invariant(head.version == .http10 || head.headers.count(of: "host") == 1, "a request without its one Host")
    invariant(head.headers.count(of: "content-length") <= 1, "two lengths")
    if head.bodyLength == .chunked {
      invariant(!head.headers.contains("content-length"), "both length and coding")
      invariant(head.headers.values(of: "transfer-encoding").map { $0.lowercased() } == ["chunked"], "other codings")
    }
    head.headers.forEach { name, value in
      invariant(name.isToken && !value.contains(where: \.isForbiddenInFieldValue), "a field that could not be sent")
    }
    _ = (head.path, head.query, head.pathSegments, head.authority)
  }
}
