import Glibc

extension SQLiteEngine {
  /// Makes the database's file if it is missing, empty as SQLite takes it for a new one, and locks it for this server until the
  /// descriptor is closed.
  ///
  /// The lock is on the file itself, whatever its name: two names are two logs, each with pages that the other knows nothing of
  /// (sqlite.org/howtocorrupt.html, 2.5). It is one byte far beyond any database, so that SQLite's own locks, which other
  /// processes share, go on beside it. To be called before the first connection of a process, and the descriptor
  /// closed after the last: closing it gives up the locks of those (the same, 2.2).
  /// - Returns: A descriptor, or nil when the file can't be opened, which SQLite explains to whoever opens it next.
  /// - Throws: `FileError` when another server has it.
  public func lockForServer() throws(FileError) -> Int32? {
    let file = uninterrupted { open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o600) }
    guard file >= 0 else { return nil }
    var request = Self.serverLock
    guard uninterrupted({ fcntl(file, Self.setLock, &request) }) != 0, errno == EAGAIN || errno == EACCES else {
      // Any other failure is that of a file system without locks.
      return file
    }
    close(file)
    throw FileError("another server is using the database \(path), maybe under another name")
  }

  /// Says that a server has the database open with another log than the one that belongs to this name, so that it was changed
  /// by whoever opened it here; nil when none has. Before any connection, as `obstacle`.
  func otherName() -> String? {
    // A server has just begun or is about to end when it has no log yet or any more.
    for _ in 0..<Self.looks {
      guard !FileTree.exists(path + "-shm"), isLockedByServer() else { return nil }
      usleep(Self.pauseMicroseconds)
    }
    return
      "a server is using the database \(path), but not with its log \(path)-wal: that was removed, or the server has the "
      + "file under another name, like a hard link; use the name that the server has"
  }

  private func isLockedByServer() -> Bool {
    let file = uninterrupted { open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
    guard file >= 0 else { return false }
    defer { close(file) }
    var request = Self.serverLock
    return uninterrupted { fcntl(file, Self.getLock, &request) } == 0 && request.l_type != Int16(F_UNLCK)
  }

  private static var serverLock: flock {
    var lock = flock()
    lock.l_type = Int16(F_WRLCK)
    lock.l_whence = Int16(SEEK_SET)
    lock.l_start = 1 << 62
    lock.l_len = 1
    return lock
  }

  // F_OFD_GETLK and F_OFD_SETLK of fcntl(2), which glibc declares under _GNU_SOURCE only.
  private static let getLock: Int32 = 36
  private static let setLock: Int32 = 37
  private static let looks = 100
  private static let pauseMicroseconds: UInt32 = 10_000
}
