/// One event of an event stream (HTML standard, section 9.2 "Server-sent events").
///
///     ServerSentEvent(id: cursor, event: "message.created", data: json).append(to: &output)
public struct ServerSentEvent: Sendable, Equatable {
  /// The media type of an event stream.
  public static let contentType = "text/event-stream"

  /// What the client sends back as Last-Event-ID; nil leaves the client's id as it is, empty resets it.
  public var id: String?
  /// The type of the event; nil means `message`.
  public var event: String?
  /// The bytes of the data, UTF-8; line ends within become line ends of the text that the client sees.
  public var data: [UInt8]
  /// How long the client waits before it reconnects, in milliseconds.
  public var retryMilliseconds: Int?

  /// Makes an event.
  public init(id: String? = nil, event: String? = nil, data: [UInt8], retryMilliseconds: Int? = nil) {
    self.id = id
    self.event = event
    self.data = data
    self.retryMilliseconds = retryMilliseconds
  }

  /// Makes an event from text.
  public init(id: String? = nil, event: String? = nil, data: String, retryMilliseconds: Int? = nil) {
    self.init(id: id, event: event, data: Array(data.utf8), retryMilliseconds: retryMilliseconds)
  }

  /// Appends the event with its closing empty line.
  ///
  /// Throws, with nothing appended, when the id or the type hold a line end or the id a NUL: a client would read
  /// another field, or ignore the id.
  public func append(to output: inout [UInt8]) throws(HTTPFieldError) {
    guard !Self.hasLineEnd(id ?? ""), !(id ?? "").utf8.contains(0) else {
      throw HTTPFieldError("the event id holds a line end or a NUL")
    }
    guard !Self.hasLineEnd(event ?? "") else { throw HTTPFieldError("the event type holds a line end") }
    if let id {
      output.append(literal: "id: ")
      output.append(text: id)
      output.append(ASCII.lf)
    }
    if let event {
      output.append(literal: "event: ")
      output.append(text: event)
      output.append(ASCII.lf)
    }
    if let retryMilliseconds {
      output.append(literal: "retry: ")
      output.append(decimal: retryMilliseconds)
      output.append(ASCII.lf)
    }
    data.withBytes { Self.appendLines($0, prefix: "data: ", to: &output) }
    output.append(ASCII.lf)
  }

  /// Appends a comment, which clients ignore: a sign of life that keeps proxies from closing the connection.
  public static func append(comment: String, to output: inout [UInt8]) {
    comment.withBytes { appendLines($0, prefix: ": ", to: &output) }
    output.append(ASCII.lf)
  }

  /// The id after which a reconnecting client wants to go on, from its Last-Event-ID field; nil without a usable one.
  public static func lastEventID(_ headers: HTTPHeaders) -> String? {
    guard headers.count(of: "last-event-id") == 1 else { return nil }
    return headers.withFirstValue(of: "last-event-id") { value in
      value.isEmpty || value.contains(0) || !UTF8Validator.isValid(value) ? nil : value.text
    } ?? nil
  }

  /// Writes each line with its prefix. A line ends with LF, CR or CR LF.
  private static func appendLines(
    _ bytes: UnsafeRawBufferPointer, prefix: StaticString, to output: inout [UInt8]
  ) {
    // JSON never holds a raw line end, so the common event is one append.
    var start = 0
    while true {
      let lineFeed = bytes.firstIndex(of: ASCII.lf, from: start)
      let carriageReturn = bytes.part(start..<(lineFeed ?? bytes.count)).firstIndex(of: ASCII.cr, from: 0)
      let end = carriageReturn.map { start + $0 } ?? lineFeed ?? bytes.count
      output.append(literal: prefix)
      output.append(contentsOf: bytes.part(start..<end))
      output.append(ASCII.lf)
      guard end < bytes.count else { return }
      let isPair = bytes[end] == ASCII.cr && end + 1 < bytes.count && bytes[end + 1] == ASCII.lf
      start = end + (isPair ? 2 : 1)
    }
  }

  private static func hasLineEnd(_ text: String) -> Bool {
    text.utf8.contains { $0 == ASCII.lf || $0 == ASCII.cr }
  }
}
