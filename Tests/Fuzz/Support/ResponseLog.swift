@testable import HTTP

/// What the response parser made of some input.
struct ResponseLog: Equatable {
  var heads: [HTTPResponseHead] = []
  var bodies: [[UInt8]] = []
  var trailers: [HTTPHeaders] = []
  var error: HTTPParseError?

  /// Wider than the requests' limits: fields that are sent again get a space behind their colon.
  static let limits = HTTPLimits(
    requestLineBytesMax: 200, headerCountMax: 12, headerBytesMax: 1000, bodyBytesMax: 300, trailerBytesMax: 200,
    trailerCountMax: 3, chunkExtensionBytesMax: 20)

  init(_ pieces: [[UInt8]], method: HTTPMethod = .get, limits: HTTPLimits = ResponseLog.limits) {
    var parser = HTTP1ResponseParser(limits: limits)
    parser.expect(method)
    var body: [UInt8] = []
    do throws(HTTPParseError) {
      for piece in pieces {
        try piece.withBytes { (bytes) throws(HTTPParseError) in
          var input = bytes
          while let event = try parser.next(&input) { record(event, &body) }
        }
      }
      if let event = try parser.finish() { record(event, &body) }
    } catch {
      self.error = error
    }
  }

  private mutating func record(_ event: HTTP1ResponseEvent, _ body: inout [UInt8]) {
    switch event {
    case .head(let head): heads.append(head)
    case .body(let bytes): body.append(contentsOf: bytes)
    case .end(let fields):
      bodies.append(body)
      trailers.append(fields)
      body = []
    }
  }
}
