import FoundationEssentials
import Glibc
import Storage
import Synchronization

/// Stands in for Pushover, an app or a collector: takes JSON posts on loopback, one per connection, and answers as told
/// or not at all.
final class PostReceiver: Sendable {
  let port: UInt16
  private let descriptor: Int32
  private let state = Mutex(State())

  struct Request: Sendable {
    /// The request line and the header fields.
    let head: String
    let body: JSONValue

    /// The value of a header field, in lower case like its name.
    func header(_ name: String) -> String? {
      head.split(separator: "\r\n").first { $0.hasPrefix("\(name): ") }.map { String($0.dropFirst(name.count + 2)) }
    }
  }

  private struct State {
    var requests: [Request] = []
    var status: Int? = 200
    var body = ""
    var held: [Int32] = []
  }

  /// Listens on a port of its own, or on one where another receiver listened before.
  init(port wanted: UInt16 = 0) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw SocketFailure.call("socket", errno: errno) }
    var one: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = wanted.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let (descriptor, size) = (descriptor, length)
    let status = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        guard bind(descriptor, pointer, size) == 0, listen(descriptor, 64) == 0 else { return Int32(-1) }
        return getsockname(descriptor, pointer, &length)
      }
    }
    guard status == 0 else { throw SocketFailure.call("listen", errno: errno) }
    port = UInt16(bigEndian: address.sin_port)
    _ = try TestThreads(1) { [weak self] _ in
      while true {
        let connection = accept(descriptor, nil, nil)
        guard connection >= 0, let self else { return }
        try self.serve(connection)
      }
    }
  }

  deinit {
    shutdown(descriptor, Int32(SHUT_RDWR))
    Glibc.close(descriptor)
    for held in state.withLock({ $0.held }) { Glibc.close(held) }
  }

  /// What arrived, in order.
  var bodies: [JSONValue] { requests.map(\.body) }

  /// The same with their heads.
  var requests: [Request] { state.withLock { $0.requests } }

  /// How posts are answered from now on; nil for not at all.
  func answer(_ status: Int?, _ body: String = "") {
    state.withLock { state in
      state.status = status
      state.body = body
    }
  }

  private func serve(_ connection: Int32) throws {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16_384)
    while true {
      let text = String(decoding: bytes, as: UTF8.self)
      if let end = text.firstRange(of: "\r\n\r\n") {
        let head = text[..<end.lowerBound].lowercased()
        let start = head.firstRange(of: "content-length: ")?.upperBound ?? head.endIndex
        let length = Int(head[start...].prefix { $0.isNumber }) ?? 0
        let body = Array(text[end.upperBound...].utf8)
        if body.count >= length {
          let json = try JSONDecoder().decode(JSONValue.self, from: Data(body))
          return reply(to: Request(head: head, body: json), on: connection)
        }
      }
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else {
        Glibc.close(connection)
        return
      }
      bytes += buffer[..<count]
    }
  }

  private func reply(to request: Request, on connection: Int32) {
    let answer = state.withLock { state -> (status: Int, body: String)? in
      state.requests.append(request)
      if state.status == nil { state.held.append(connection) }
      return state.status.map { ($0, state.body) }
    }
    guard let answer else { return }
    let text = Array(
      "HTTP/1.1 \(answer.status) Status\r\nContent-Length: \(answer.body.utf8.count)\r\nConnection: close\r\n\r\n\(answer.body)"
        .utf8)
    _ = text.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    Glibc.close(connection)
  }
}
