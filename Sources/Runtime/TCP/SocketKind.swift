// The C library's module leaves these constants out. The headers of libuv and libcurl both bring them in, and the compiler
// attributes them to whichever it read first: only a file that imports both finds them for certain.
import CCurl
import CLibUV
import Glibc

/// The kinds of sockets and the flags of their making (socket(2)), as numbers.
enum SocketKind {
  static let stream = Int32(SOCK_STREAM.rawValue)
  static let datagram = Int32(SOCK_DGRAM.rawValue)
  static let nonBlocking = Int32(SOCK_NONBLOCK.rawValue)
  static let closesOnExec = Int32(SOCK_CLOEXEC.rawValue)
}
