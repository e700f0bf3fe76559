import Foundation
import Synchronization

/// A minimal HTTP/1.1 server on a loopback port: one thread, one connection at a time, one request per connection.
final class StubServer: Sendable {
  struct Request: Sendable {
    let method: String
    let target: String
    let headers: [String: String]
    let body: String
  }

  private let listener: Int32
  let port: UInt16
  private let answers: [String: (status: Int, body: String)]
  private let received = Mutex<[Request]>([])
  private let ended = DispatchSemaphore(value: 0)

  /// Answers by `METHOD target`; anything else is 404. The body of a redirect is where it leads.
  init(_ answers: [String: (status: Int, body: String)]) {
    self.answers = answers
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        precondition(bind(listener, $0, length) == 0 && listen(listener, 16) == 0)
        getsockname(listener, $0, &length)
      }
    }
    self.listener = listener
    port = UInt16(bigEndian: address.sin_port)
    Thread { [self] in
      while case let connection = accept(listener, nil, nil), connection >= 0 {
        serve(connection)
        close(connection)
      }
      ended.signal()
    }.start()
  }

  var url: String { "http://127.0.0.1:\(port)" }
  var requests: [Request] { received.withLock { $0 } }

  func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
    ended.wait()
    close(listener)
  }

  private func serve(_ connection: Int32) {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16 * 1024)
    var request: Request?
    while request == nil {
      let count = read(connection, &chunk, chunk.count)
      guard count > 0 else { return }
      bytes += chunk[..<count]
      request = parse(bytes)
    }
    guard let request else { return }
    received.withLock { $0.append(request) }
    let (status, body) = answers["\(request.method) \(request.target)"] ?? (404, #"{"error":"not found"}"#)
    let location = (300...399).contains(status) ? "Location: \(body)\r\n" : ""
    let head = "HTTP/1.1 \(status) X\r\n\(location)Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n"
    let answer = Array((head + body).utf8)
    var offset = 0
    while offset < answer.count {
      let count = answer[offset...].withUnsafeBytes { write(connection, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      offset += count
    }
  }

  private func parse(_ bytes: [UInt8]) -> Request? {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let end = text.range(of: "\r\n\r\n") else { return nil }
    let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
    let words = lines[0].split(separator: " ").map(String.init)
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.components(separatedBy: ": ")
      headers[parts[0].lowercased()] = parts.dropFirst().joined(separator: ": ")
    }
    let body = String(text[end.upperBound...])
    guard body.utf8.count == Int(headers["content-length"] ?? "0") else { return nil }
    return Request(method: words[0], target: words[1], headers: headers, body: body)
  }
}
