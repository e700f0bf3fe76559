/// Takes a `multipart/form-data` body apart while it arrives (RFC 7578, RFC 2046 section 5.1), without I/O and without
/// keeping any of its content.
///
///     var parser = try MultipartParser(contentType: field)
///     while let event = try parser.next(&piece) { ... }   // for every piece
///     try parser.finish()
///
/// Strict: no preamble, no padding behind a boundary, and every part says its name. How the body is cut into pieces
/// makes no difference but to where `data` is cut.
public struct MultipartParser: Sendable {
  /// What the parser found.
  public enum Event: Sendable, Equatable {
    /// A part begins.
    case part(MultipartPart)
    /// Some of the content of the part.
    case data(ArraySlice<UInt8>)
    /// The part is complete.
    case partEnd
    /// The closing delimiter: no part follows.
    case end
  }

  private enum State: Sendable {
    /// Within the delimiter, of which the first bytes have been seen; what turns out not to be one is content.
    case delimiter(seen: Int, isFirst: Bool)
    /// Behind a delimiter: CRLF for another part, two hyphens for the end.
    case afterDelimiter
    case lineFeed
    case lastHyphen
    case headers
    case data
    case epilogue
    case failed
  }

  private let limits: MultipartLimits
  /// CRLF, two hyphens and the boundary. The first line has no CRLF before it, but is otherwise the same.
  private let delimiter: [UInt8]
  private var state = State.delimiter(seen: 2, isFirst: true)
  private var headers: [UInt8] = []
  private var partCount = 0
  private var epilogueBytes = 0

  /// Makes a parser for a body of a media type.
  /// - Throws: When it is not `multipart/form-data` or its boundary is missing or malformed.
  public init(contentType: String?, limits: MultipartLimits = MultipartLimits()) throws(HTTPParseError) {
    guard let contentType, let type = MediaType(parsing: contentType), type.essence == "multipart/form-data" else {
      throw HTTPParseError(.badRequest, "the body must be multipart/form-data")
    }
    guard let boundary = type["boundary"], Self.isBoundary(boundary) else {
      throw HTTPParseError(.badRequest, "the boundary of the form is missing or malformed")
    }
    self.limits = limits
    delimiter = Array("\r\n--\(boundary)".utf8)
  }

  /// The next event; nil when the input is used up.
  /// - Throws: When the body is malformed; the parser can't go on then.
  public mutating func next(_ input: inout ArraySlice<UInt8>) throws(HTTPParseError) -> Event? {
    do throws(HTTPParseError) {
      return try advance(&input)
    } catch {
      state = .failed
      throw error
    }
  }

  /// Checks that the body is complete. To be called at its end.
  public func finish() throws(HTTPParseError) {
    guard case .epilogue = state else { throw HTTPParseError(.badRequest, "the form ends too early") }
  }

  private mutating func advance(_ input: inout ArraySlice<UInt8>) throws(HTTPParseError) -> Event? {
    while true {
      switch state {
      case .data:
        if let data = takeData(&input) { return .data(data) }
        guard case .delimiter = state else { return nil }
      case .delimiter(let seen, let isFirst):
        if seen == delimiter.count {
          state = .afterDelimiter
          if !isFirst { return .partEnd }
          continue
        }
        guard let byte = input.first else { return nil }
        if byte == delimiter[seen] {
          input.removeFirst()
          state = .delimiter(seen: seen + 1, isFirst: isFirst)
        } else {
          guard !isFirst else { throw HTTPParseError(.badRequest, "the form does not begin with its boundary") }
          // The delimiter has a CR at its start only, so nothing of what was held can begin another one.
          state = .data
          return .data(delimiter[..<seen])
        }
      case .epilogue:
        epilogueBytes += input.count
        input = []
        guard epilogueBytes <= limits.epilogueBytesMax else {
          throw HTTPParseError(.badRequest, "too much follows the end of the form")
        }
        return nil
      default:
        guard let byte = input.first else { return nil }
        input.removeFirst()
        if let event = try step(byte) { return event }
      }
    }
  }

  private mutating func step(_ byte: UInt8) throws(HTTPParseError) -> Event? {
    switch state {
    case .afterDelimiter:
      switch byte {
      case ASCII.cr: state = .lineFeed
      case UInt8(ascii: "-"): state = .lastHyphen
      default: throw HTTPParseError(.badRequest, "a boundary of the form is not followed by a line end")
      }
    case .lineFeed:
      guard byte == ASCII.lf else {
        throw HTTPParseError(.badRequest, "a boundary of the form is not followed by a line end")
      }
      partCount += 1
      guard partCount <= limits.partCountMax else {
        throw HTTPParseError(.badRequest, "the form has more than \(limits.partCountMax) parts")
      }
      state = .headers
    case .lastHyphen:
      guard byte == UInt8(ascii: "-") else {
        throw HTTPParseError(.badRequest, "a boundary of the form is not followed by a line end")
      }
      state = .epilogue
      return .end
    case .headers:
      return try stepHeaders(byte)
    case .data, .delimiter, .epilogue: break
    case .failed: throw HTTPParseError(.badRequest, "the form is malformed")
    }
    return nil
  }

  private mutating func stepHeaders(_ byte: UInt8) throws(HTTPParseError) -> Event? {
    headers.append(byte)
    guard headers.count <= limits.headerBytesMax else {
      throw HTTPParseError(.badRequest, "a part of the form has more than \(limits.headerBytesMax) bytes of header")
    }
    let isEmptyLine = byte == ASCII.lf && (headers.count == 2 || headers.dropLast(2).last == ASCII.lf)
    guard isEmptyLine, headers.dropLast().last == ASCII.cr else { return nil }
    headers.removeLast(2)
    let part = try MultipartPart(headers: headers, limits: limits)
    headers.removeAll(keepingCapacity: true)
    state = .data
    return .part(part)
  }

  /// Content up to what may be a delimiter.
  private mutating func takeData(_ input: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard !input.isEmpty else { return nil }
    var search = input.startIndex
    while let carriageReturn = Self.carriageReturn(in: input, from: search) {
      let candidate = input[carriageReturn...].prefix(delimiter.count)
      if candidate.elementsEqual(delimiter.prefix(candidate.count)) {
        let data = input[..<carriageReturn]
        input = input[carriageReturn...].dropFirst()
        state = .delimiter(seen: 1, isFirst: false)
        return data.isEmpty ? nil : data
      }
      search = carriageReturn + 1
    }
    let data = input
    input = []
    return data
  }

  private static func carriageReturn(in bytes: ArraySlice<UInt8>, from start: Int) -> Int? {
    bytes.withUnsafeBytes { $0.firstIndex(of: ASCII.cr, from: start - bytes.startIndex) }.map { $0 + bytes.startIndex }
  }

  /// `boundary` of RFC 2046 section 5.1.1; a space is not taken, at the end or elsewhere.
  private static func isBoundary(_ text: String) -> Bool {
    (1...70).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "a")...UInt8(ascii: "z"):
          true
        default: "'()+_,-./:=?".utf8.contains(byte)
        }
      }
  }
}
