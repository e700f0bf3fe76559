import CLibUV
import Glibc

@testable import Runtime

/// A blocking socket, to be a peer that does exactly what a test says. Used on a `BlockingPool` thread.
final class RawSocket: Sendable {
  let descriptor: Int32

  init(connectedTo address: SocketAddress, receiveBufferBytes: Int32? = nil) throws {
    descriptor = socket(address.family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    if let receiveBufferBytes { try ListeningSocket.set(descriptor, SOL_SOCKET, SO_RCVBUF, receiveBufferBytes) }
    guard address.withSockaddr({ Glibc.connect(descriptor, $0, $1) }) == 0 else {
      let error = SystemError.last("connect")
      Glibc.close(descriptor)
      throw error
    }
  }

  deinit {
    Glibc.close(descriptor)
  }

  func send(_ bytes: [UInt8]) -> Int {
    Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
  }

  func finishSending() {
    Glibc.shutdown(descriptor, Int32(SHUT_WR))
  }

  /// Receives until the peer closes (nil error) or the connection fails.
  func receiveAll() -> (bytes: [UInt8], error: Int32?) {
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16_384)
    while true {
      let received = recv(descriptor, &buffer, buffer.count, 0)
      if received == 0 { return (all, nil) }
      if received < 0 { return (all, errno) }
      all += buffer[..<received]
    }
  }
}
