import Glibc

/// The end of a connection for which there is no room.
enum RefusedSocket {
  /// Sends what the kernel takes at once and closes.
  static func close(_ socket: Int32, telling refusal: [UInt8]) {
    if !refusal.isEmpty {
      send(socket, refusal, refusal.count, Int32(MSG_NOSIGNAL))
      shutdown(socket, Int32(SHUT_WR))
    }
    Glibc.close(socket)
  }
}
