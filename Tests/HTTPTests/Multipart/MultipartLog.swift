@testable import HTTP

/// Everything that a parser made of a body, with the content of each part put together again.
struct MultipartLog: Equatable {
  struct Part: Equatable {
    let head: MultipartPart
    var content: [UInt8] = []
    var isComplete = false
  }

  var parts: [Part] = []
  var isEnded = false
  var error: HTTPParseError?

  init(_ pieces: [[UInt8]], contentType: String = "multipart/form-data; boundary=b", limits: MultipartLimits = .init())
  {
    do throws(HTTPParseError) {
      var parser = try MultipartParser(contentType: contentType, limits: limits)
      for piece in pieces {
        var input = piece[...]
        while let event = try parser.next(&input) { take(event) }
      }
      try parser.finish()
    } catch {
      self.error = error
    }
  }

  private mutating func take(_ event: MultipartParser.Event) {
    switch event {
    case .part(let head): parts.append(Part(head: head))
    case .data(let bytes): parts[parts.count - 1].content += bytes
    case .partEnd: parts[parts.count - 1].isComplete = true
    case .end: isEnded = true
    }
  }
}
