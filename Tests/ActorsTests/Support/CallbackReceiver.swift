import Runtime

/// Stands in for an app: one request per connection on loopback, answered with the next of the given statuses and from
/// then on with the last.
final class CallbackReceiver: Sendable {
  struct Call: Sendable {
    var path = ""
    var headers: [String: String] = [:]
    var body: [UInt8] = []
  }

  let calls = Awaited<[Call]>([])
  private let listener: TCPListener

  init(group: EventLoopGroup, statuses: [Int]) throws {
    let calls = calls
    listener = try TCPListener(address: try .parse("127.0.0.1:0"), loops: group.loops) { connection in
      connection.setHandler(
        Session(connection) { call in
          let earlier = calls.value.count
          calls.update { $0.append(call) }
          return statuses[min(earlier, statuses.count - 1)]
        })
    }
  }

  func url(_ path: String) -> String { "http://127.0.0.1:\(listener.boundAddress.port)\(path)" }

  private final class Session: ConnectionHandler {
    private let connection: TCPConnection
    private let received = Awaited<[UInt8]>([])
    private let answer: @Sendable (Call) -> Int

    init(_ connection: TCPConnection, answer: @escaping @Sendable (Call) -> Int) {
      self.connection = connection
      self.answer = answer
    }

    func connectionReceived(_ bytes: UnsafeRawBufferPointer) {
      let copy = Array(bytes)
      received.update { $0 += copy }
      guard let call = Self.parse(received.value) else { return }
      received.update { $0 = [] }
      let body = "{\"ok\":true}"
      let head = "HTTP/1.1 \(answer(call)) Status\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n"
      connection.write(Frame((head + body).utf8))
      connection.closeAfterFlush(timeoutMilliseconds: 10_000)
    }

    func connectionReadClosed() { connection.closeAfterFlush(timeoutMilliseconds: 10_000) }
    func connectionDrained() {}
    func connectionClosed(_ reason: ConnectionCloseReason) {}

    private static func parse(_ bytes: [UInt8]) -> Call? {
      let text = String(decoding: bytes, as: UTF8.self)
      guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
      var lines = text[..<end.lowerBound].split(separator: "\r\n", omittingEmptySubsequences: false)
      var call = Call()
      call.path = lines.removeFirst().split(separator: " ").dropFirst().first.map(String.init) ?? ""
      for line in lines {
        let parts = line.split(separator: ":", maxSplits: 1)
        call.headers[parts[0].lowercased()] = parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
      }
      call.body = Array(text[end.upperBound...].utf8)
      let length = Int(call.headers["content-length"] ?? "0") ?? 0
      return call.body.count >= length ? call : nil
    }
  }
}
