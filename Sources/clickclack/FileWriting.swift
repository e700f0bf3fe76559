import Glibc

/// Writes whole buffers to descriptors.
enum FileWriting {
  /// Blocks until every byte is written.
  ///
  /// - Throws: `CommandFailure` that carries the name.
  static func write(_ bytes: [UInt8], toDescriptor descriptor: Int32, name: String) throws(CommandFailure) {
    var offset = 0
    while offset < bytes.count {
      let count = bytes[offset...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 {
        offset += count
      } else if errno == EAGAIN {
        var poller = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&poller, 1, -1)
      } else if errno == EPIPE {
        // Whoever read has seen enough, as in `clickclack tail | head`; the code is what the signal would have left.
        throw CommandFailure("", exitCode: .brokenPipe)
      } else if errno != EINTR {
        throw FileReading.failure("write to", name)
      }
    }
  }
}
