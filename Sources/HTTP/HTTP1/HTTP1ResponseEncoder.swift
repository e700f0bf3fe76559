/// Turns one response into bytes and decides how it is framed (RFC 9112 sections 6 and 7).
///
///     var encoder = HTTP1ResponseEncoder(answering: request)
///     try encoder.append(head, bodyBytes: body.count, date: date, to: &output)
///     encoder.append(body: body, to: &output)
///     try encoder.end(to: &output)
///
/// Responses to HEAD and with 1xx, 204 or 304 get no body whatever is appended. A body of unknown length is chunked, or
/// ends with the connection for HTTP/1.0. Every name and value is checked as it is written, so no header can inject
/// another.
public struct HTTP1ResponseEncoder: Sendable {
  private enum Body: Sendable {
    case unsent
    case none
    case fixed(remaining: Int)
    case chunked
    case untilClose
  }

  private static let inlineBodyBytesMax = 64 * 1024

  private let isHead: Bool
  private let version: HTTPVersion
  private var body = Body.unsent

  /// Whether the body is sent at all: not in answer to HEAD, nor with a status that forbids one. Known after the head.
  public var sendsBody: Bool {
    if case .none = body { false } else { true }
  }

  /// Whether the connection is closed behind this response; the caller may set it before the head is appended.
  public var closesConnection: Bool

  /// Makes an encoder for the answer to a request.
  public init(answering request: HTTPRequestHead) {
    isHead = request.method == .head
    version = request.version
    closesConnection = !request.keepsAlive
  }

  /// Makes an encoder for the answer to something that could not be parsed; the connection closes behind it.
  public init() {
    isHead = false
    version = .http11
    closesConnection = true
  }

  /// `100 Continue`, to be sent before a body that the client holds back (RFC 9110 section 10.1.1).
  public static let continueBytes: [UInt8] = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

  /// Appends the head. `bodyBytes` is the length of the body, nil when it is not known yet.
  ///
  /// Throws, with nothing appended, when a name or value may not be sent or a field belongs to the encoder.
  public mutating func append(
    _ head: HTTPResponseHead, bodyBytes: Int?, date: HTTPDate, to output: inout [UInt8]
  ) throws(HTTPFieldError) {
    let start = output.count
    // A small body is appended next, to the same array; a large one is streamed, however long it says it is.
    let inlineBodyBytes = min(bodyBytes ?? 0, Self.inlineBodyBytesMax)
    output.reserveCapacity(start + head.headers.storage.count + head.headers.count * 4 + inlineBodyBytes + 160)
    Self.appendStatusLine(head.status, to: &output)
    do throws(HTTPFieldError) {
      try HTTPFieldEncoding.append(head.headers, to: &output)
    } catch {
      output.removeLast(output.count - start)
      throw error
    }
    if !head.headers.contains("date") {
      output.append(literal: "Date: ")
      output.append(contentsOf: date.bytes)
      output.append(literal: "\r\n")
    }
    appendFraming(head.status, bodyBytes: bodyBytes, to: &output)
    output.append(literal: "\r\n")
  }

  private mutating func appendFraming(_ status: HTTPStatus, bodyBytes: Int?, to output: inout [UInt8]) {
    if status == .switchingProtocols {
      body = .none
      output.append(literal: "Connection: Upgrade\r\n")
      return
    }
    if status.forbidsBody {
      body = .none
    } else if let bodyBytes {
      body = isHead ? .none : .fixed(remaining: bodyBytes)
      output.append(literal: "Content-Length: ")
      output.append(decimal: bodyBytes)
      output.append(literal: "\r\n")
    } else if version == .http11 {
      body = isHead ? .none : .chunked
      output.append(literal: "Transfer-Encoding: chunked\r\n")
    } else {
      body = isHead ? .none : .untilClose
      closesConnection = closesConnection || !isHead
    }
    // RFC 9110 section 15.5.22: a 426 names the protocol in Upgrade, and Upgrade always goes with this option.
    if status == .upgradeRequired { output.append(literal: "Connection: Upgrade\r\n") }
    if closesConnection {
      output.append(literal: "Connection: close\r\n")
    } else if version == .http10 {
      output.append(literal: "Connection: keep-alive\r\n")
    }
  }

  /// Appends a piece of the body, framed. Bytes past the announced length are a mistake of the caller and are dropped.
  public mutating func append(body bytes: UnsafeRawBufferPointer, to output: inout [UInt8]) {
    switch body {
    case .unsent, .none: break
    case .untilClose: output.append(contentsOf: bytes)
    case .fixed(let remaining):
      let count = min(remaining, bytes.count)
      output.append(contentsOf: bytes.part(0..<count))
      body = .fixed(remaining: remaining - count)
    case .chunked:
      guard !bytes.isEmpty else { return }
      output.append(hexadecimal: bytes.count)
      output.append(literal: "\r\n")
      output.append(contentsOf: bytes)
      output.append(literal: "\r\n")
    }
  }

  /// Appends a piece of the body, framed.
  public mutating func append(body bytes: [UInt8], to output: inout [UInt8]) {
    bytes.withBytes { append(body: $0, to: &output) }
  }

  /// Ends the response; trailers are sent with a chunked body and dropped otherwise.
  ///
  /// A body shorter than announced closes the connection: nothing else can tell the client. Throws, with nothing
  /// appended, when a trailer may not be sent.
  public mutating func end(trailers: HTTPHeaders = [:], to output: inout [UInt8]) throws(HTTPFieldError) {
    switch body {
    case .fixed(let remaining) where remaining > 0: closesConnection = true
    case .chunked:
      let start = output.count
      output.append(literal: "0\r\n")
      do throws(HTTPFieldError) {
        try HTTPFieldEncoding.append(trailers, to: &output)
      } catch {
        output.removeLast(output.count - start)
        throw error
      }
      output.append(literal: "\r\n")
    default: break
    }
    body = .none
  }

  private static func appendStatusLine(_ status: HTTPStatus, to output: inout [UInt8]) {
    switch status.code {
    case 200: output.append(literal: "HTTP/1.1 200 OK\r\n")
    case 201: output.append(literal: "HTTP/1.1 201 Created\r\n")
    default:
      output.append(literal: "HTTP/1.1 ")
      output.append(decimal: status.code)
      output.append(ASCII.space)
      output.append(text: status.reasonPhrase)
      output.append(literal: "\r\n")
    }
  }
}
