import Glibc
import Synchronization

/// Keeps a second server away from a data directory. Admin commands, which only add a transaction of their own, do not
/// take it. The kernel releases it with the process, however it ends.
final class DataDirectoryLock: Sendable {
  private let descriptor: Mutex<Int32>

  /// Takes the lock.
  /// - Throws: `CommandFailure` when another server has it or the directory can't be written.
  init(directory: String) throws {
    let path = directory + "/clickclack.lock"
    let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard opened >= 0 else { throw CommandFailure("can't open \(path): \(String(cString: strerror(errno)))") }
    guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
      close(opened)
      throw CommandFailure("another server is using the data directory \(directory)")
    }
    descriptor = Mutex(opened)
  }

  /// Lets go of it.
  func release() {
    descriptor.withLock { descriptor in
      if descriptor >= 0 { close(descriptor) }
      descriptor = -1
    }
  }

  deinit { release() }
}
