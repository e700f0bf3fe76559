import Glibc
import Runtime

/// What went wrong on the test's side of a socket.
enum SocketFailure: Error, Equatable {
  case call(String, errno: Int32)
  /// Nothing arrived for a long time: the server hangs.
  case timedOut
  /// The server reset the connection.
  case reset
  /// The server ended the connection before a WebSocket was open.
  case closedInHandshake
}

/// A blocking TCP socket that does exactly what a test says. Every call is bounded in time.
final class BlockingSocket: Sendable {
  private let descriptor: Int32
  /// What carries the bytes to the server, if it is more than the kernel.
  private let carrier: ChildProcess?

  /// How long a call may take, in seconds: only a hang takes that long.
  static let patienceSeconds = 30

  /// Takes over a connected socket.
  init(descriptor: Int32, carrier: ChildProcess) {
    self.descriptor = descriptor
    self.carrier = carrier
    Self.setPatience(of: descriptor)
  }

  init(host: String = "127.0.0.1", port: UInt16, receiveBufferBytes: Int32? = nil) throws {
    carrier = nil
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw SocketFailure.call("socket", errno: errno) }
    if var bytes = receiveBufferBytes {
      setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, socklen_t(MemoryLayout<Int32>.size))
    }
    var one: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    Self.setPatience(of: descriptor)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    inet_pton(AF_INET, host, &address.sin_addr)
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0 else {
      let failure = SocketFailure.call("connect", errno: errno)
      Glibc.close(descriptor)
      throw failure
    }
  }

  deinit { Glibc.close(descriptor) }

  private static func setPatience(of descriptor: Int32) {
    var patience = timeval(tv_sec: patienceSeconds, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
  }

  func send(_ bytes: [UInt8]) throws {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count < 0 {
        if errno == EINTR { continue }
        if errno == EPIPE || errno == ECONNRESET { throw SocketFailure.reset }
        throw SocketFailure.call("send", errno: errno)
      }
      sent += count
    }
  }

  func send(_ text: String) throws { try send(Array(text.utf8)) }

  /// What has arrived; empty when the server closed.
  func receive(atMost bytes: Int = 65_536) throws -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: bytes)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      if count >= 0 { return Array(buffer[..<count]) }
      switch errno {
      case EINTR: continue
      case EAGAIN: throw SocketFailure.timedOut
      case ECONNRESET: throw SocketFailure.reset
      default: throw SocketFailure.call("recv", errno: errno)
      }
    }
  }

  /// Whether something can be read, or the server closed, within a time.
  func isReadable(withinMilliseconds milliseconds: Int32) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, milliseconds) > 0
  }

  /// Waits until one of some sockets has something to read, or was closed by the server, but no longer than a time.
  static func waitForInput(of sockets: [BlockingSocket], milliseconds: Int32) {
    var entries = sockets.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
    poll(&entries, nfds_t(entries.count), milliseconds)
  }

  /// Says that nothing more will be sent.
  func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }
}
