import Glibc
import Synchronization

/// Keeps a second server away from a data directory. Admin commands, which only add a transaction of their own, do not
/// take it. The kernel releases it with the process, however it ends.
///
/// It is on the directory itself, which nobody deletes to tidy up, and on a file in it: on file systems that can't lock
/// directories that one is left, and versions before looked at nothing else.
final class DataDirectoryLock: Sendable {
  private let descriptors: Mutex<[Int32]>

  /// Takes the lock.
  /// - Throws: `CommandFailure` when another server has it or the directory can't be written.
  init(directory: String) throws {
    var taken: [Int32] = []
    do {
      for (path, flags) in Self.places(in: directory) {
        let opened = open(path, flags | O_CLOEXEC, 0o600)
        guard opened >= 0 else { throw CommandFailure("can't open \(path): \(String(cString: strerror(errno)))") }
        taken.append(opened)
        guard flock(opened, LOCK_EX | LOCK_NB) != 0 else { continue }
        // Any other failure is that of a file system that can't lock this.
        guard errno != EWOULDBLOCK else {
          throw CommandFailure("another server is using the data directory \(directory)")
        }
        guard flags & O_DIRECTORY != 0 else {
          throw CommandFailure("can't lock \(path): \(String(cString: strerror(errno)))")
        }
      }
    } catch {
      for descriptor in taken { close(descriptor) }
      throw error
    }
    descriptors = Mutex(taken)
  }

  /// Whether a server has the lock of a directory now.
  /// - Throws: `CommandFailure`.
  static func isHeld(in directory: String) throws -> Bool {
    for (path, flags) in places(in: directory) {
      let file = open(path, flags & O_DIRECTORY | O_RDONLY | O_CLOEXEC)
      guard file >= 0 else {
        guard errno == ENOENT else { throw CommandFailure("can't open \(path): \(String(cString: strerror(errno)))") }
        continue
      }
      defer { close(file) }
      if flock(file, LOCK_SH | LOCK_NB) != 0, errno == EWOULDBLOCK { return true }
    }
    return false
  }

  /// What is locked, and how it is opened for that.
  private static func places(in directory: String) -> [(path: String, flags: Int32)] {
    [(directory, O_RDONLY | O_DIRECTORY), (directory + "/clickclack.lock", O_RDWR | O_CREAT)]
  }

  /// Lets go of it.
  func release() {
    descriptors.withLock { descriptors in
      for descriptor in descriptors { close(descriptor) }
      descriptors = []
    }
  }

  deinit { release() }
}
