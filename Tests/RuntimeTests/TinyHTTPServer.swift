import Glibc

@testable import Runtime

/// The least that an HTTP client needs as a peer: one request per connection, an answer chosen by the path.
final class TinyHTTPServer: Sendable {
  struct Request: Sendable {
    var line = ""
    var headers: [String: String] = [:]
    var body: [UInt8] = []
  }

  let listener: TCPListener
  let requests = Gate<[Request]>([])
  var port: UInt16 { listener.boundAddress.port }

  /// `answer` returns the whole response, or nil to leave the client waiting.
  init(
    group: EventLoopGroup, address: SocketAddress? = nil, answer: @escaping @Sendable (Request) -> String?
  ) throws {
    let requests = requests
    listener = try TCPListener(address: address ?? loopback(), loops: group.loops) { connection in
      let handler = Session(connection) { request in
        requests.update { $0.append(request) }
        return answer(request)
      }
      connection.setHandler(handler)
    }
  }

  func url(_ path: String, host: String = "127.0.0.1") -> String { "http://\(host):\(port)\(path)" }

  private final class Session: ConnectionHandler {
    let connection: TCPConnection
    let received = Gate<[UInt8]>([])
    let answer: @Sendable (Request) -> String?

    init(_ connection: TCPConnection, answer: @escaping @Sendable (Request) -> String?) {
      self.connection = connection
      self.answer = answer
    }

    func connectionReceived(_ bytes: UnsafeRawBufferPointer) {
      let copy = Array(bytes)
      received.update { $0 += copy }
      guard let request = parse(received.value) else { return }
      received.update { $0 = [] }
      guard let answer = answer(request) else { return }
      connection.write(Frame(answer.utf8))
      connection.closeAfterFlush(timeoutMilliseconds: 10_000)
    }

    func connectionReadClosed() { connection.closeAfterFlush(timeoutMilliseconds: 10_000) }
    func connectionDrained() {}
    func connectionClosed(_ reason: ConnectionCloseReason) {}

    private func parse(_ bytes: [UInt8]) -> Request? {
      let text = String(decoding: bytes, as: UTF8.self)
      guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
      var lines = text[..<end.lowerBound].split(separator: "\r\n", omittingEmptySubsequences: false)
      var request = Request()
      request.line = String(lines.removeFirst())
      for line in lines {
        let parts = line.split(separator: ":", maxSplits: 1)
        request.headers[parts[0].lowercased()] = parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
      }
      request.body = Array(text[end.upperBound...].utf8)
      let length = Int(request.headers["content-length"] ?? "0") ?? 0
      return request.body.count >= length ? request : nil
    }
  }
}
