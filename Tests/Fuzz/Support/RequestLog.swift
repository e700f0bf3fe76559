@testable import HTTP

extension HTTPParseError {
  /// Whether more of it would have been accepted, had a limit been wider.
  var isOfLimit: Bool { [413, 414, 431].contains(status.code) || message == "the chunk extensions are too long" }
}

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

  /// Limits change nothing but where they are crossed: real ones make the same of a message that is within narrow ones,
  /// and of one that isn't, the same up to there.
  static func checkLimits(of message: [UInt8]) {
    let narrow = RequestLog([message])
    let real = RequestLog([message], limits: HTTPLimits())
    for error in [narrow.error, real.error].compactMap({ $0 }) {
      invariant([400, 413, 414, 417, 431, 501, 505].contains(error.status.code), "a surprising status: \(error)")
    }
    if narrow.error?.isOfLimit != true { return invariant(narrow == real, "limits matter within them") }
    invariant(real.heads.starts(with: narrow.heads), "other requests before a limit")
    invariant(real.bodies.starts(with: narrow.bodies), "other bodies before a limit")
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
