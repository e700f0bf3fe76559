import Glibc

/// A port on loopback that takes connections and never says a word.
final class SilentListener {
  let port: UInt16
  private let descriptor: Int32
  private var accepted: [Int32] = []

  init() throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw TestFailure("no socket") }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && listen(descriptor, 8) == 0 && getsockname(descriptor, $0, &length) == 0
      }
    }
    guard isBound else { throw TestFailure("can't listen") }
    port = UInt16(bigEndian: address.sin_port)
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
  }

  /// Whether there is a connection by now.
  func accept() -> Bool {
    let connection = Glibc.accept(descriptor, nil, nil)
    if connection >= 0 { accepted.append(connection) }
    return !accepted.isEmpty
  }

  deinit {
    for connection in accepted { close(connection) }
    close(descriptor)
  }
}
