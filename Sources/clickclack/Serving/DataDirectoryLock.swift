import Glibc
import Storage
import Synchronization

/// Keeps a second server away from a data directory. Admin commands, which only add a transaction of their own, do not
/// take it. The kernel releases it with the process, however it ends.
///
/// It is on the directory itself, which nobody deletes to tidy up, and on a file in it: on file systems that can't lock
/// directories that one is left, and versions before looked at nothing else. Where the database's file is elsewhere, behind a
/// link that several directories may have, it is on a file beside that one, too. And it is on the database's file, which may have
/// several names.
final class DataDirectoryLock: Sendable {
  private let descriptors: Mutex<[Int32]>

  /// Takes the lock.
  /// - Throws: `CommandFailure` when another server has it or the directory can't be written.
  init(of engine: SQLiteEngine) throws {
    var taken: [Int32] = []
    do {
      for (path, flags) in Self.places(of: engine) {
        let opened = uninterrupted { open(path, flags | O_CLOEXEC, 0o600) }
        guard opened >= 0 else { throw CommandFailure("can't open \(path): \(String(cString: strerror(errno)))") }
        taken.append(opened)
        guard !Self.take(opened) else { continue }
        // Any other failure is that of a file system that can't lock this.
        guard errno != EWOULDBLOCK else {
          throw CommandFailure("another server is using the data directory \(engine.directory)")
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

  /// Takes the lock of the database's file as well, once it is known that nothing keeps it from being made.
  /// - Throws: `CommandFailure` when another server has it.
  func takeDatabase(of engine: SQLiteEngine) throws {
    do throws(FileError) {
      guard let file = try engine.lockForServer() else { return }
      descriptors.withLock { $0.append(file) }
    } catch {
      throw CommandFailure("\(error)")
    }
  }

  /// Takes the lock of a file. Others that only look whether it is taken hold it for a moment, which is no reason to refuse.
  private static func take(_ file: Int32) -> Bool {
    for _ in 0..<attempts {
      if flock(file, LOCK_EX | LOCK_NB) == 0 { return true }
      guard errno == EWOULDBLOCK else { return false }
      usleep(pauseMicroseconds)
    }
    errno = EWOULDBLOCK
    return false
  }

  private static let attempts = 20
  private static let pauseMicroseconds: UInt32 = 10_000

  /// Whether a server has the lock of a directory now.
  /// - Throws: `CommandFailure`.
  static func isHeld(of engine: SQLiteEngine) throws -> Bool {
    for (path, flags) in places(of: engine) {
      let file = uninterrupted { open(path, flags & O_DIRECTORY | O_RDONLY | O_CLOEXEC) }
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
  private static func places(of engine: SQLiteEngine) -> [(path: String, flags: Int32)] {
    let files = [engine.directory + "/clickclack.lock"] + (engine.isLinked ? [engine.path + ".lock"] : [])
    return [(engine.directory, O_RDONLY | O_DIRECTORY)] + files.map { ($0, O_RDWR | O_CREAT) }
  }

  /// Lets go of it; the database must be closed.
  func release() {
    descriptors.withLock { descriptors in
      for descriptor in descriptors { close(descriptor) }
      descriptors = []
    }
  }

  deinit { release() }
}
