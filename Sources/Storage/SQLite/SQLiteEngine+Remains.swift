import Glibc

extension SQLiteEngine {
  /// Says what keeps this database from being opened; nil when nothing does. For the first look of a process, before any
  /// connection: closing the file would give up the locks of those (sqlite.org/howtocorrupt.html, 2.2).
  /// - Throws: `FileError`.
  public func obstacle() throws(FileError) -> String? {
    if let remains = try remains() { return remains }
    if let strayLog = try strayLog() { return strayLog }
    return otherName()
  }

  /// Keeps a process from opening what must not be opened; before any connection, as `obstacle`.
  /// - Throws: `SQLError`.
  public func expectNoObstacle() throws(SQLError) { try refuse { () throws(FileError) in try obstacle() } }

  /// The log of another database: SQLite would copy its pages into this one. A backup has no log (sqlite.org/fileformat2.html,
  /// 1.3: bytes 18 and 19), and this engine's own databases always have one.
  private func strayLog() throws(FileError) -> String? {
    var file = stat()
    guard stat(path + "-wal", &file) == 0, file.st_size > 0 else { return nil }
    let database = uninterrupted { open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
    guard database >= 0 else { throw FileError("can't open \(path)", errno) }
    defer { close(database) }
    var versions: [UInt8] = [0, 0]
    guard uninterrupted({ pread(database, &versions, 2, 18) }) == 2, versions == [1, 1] else { return nil }
    return "\(path)-wal is the log of another database than \(path), which has none, like a backup: if that was put "
      + "there to be restored, move \(path)-wal and \(path)-shm away"
  }

  /// Says what is left of a database whose file is missing or empty; nil when there is a database, or nothing of one.
  ///
  /// SQLite takes an empty file for a new database, and removes the log that is beside it with everything in it. The files of
  /// uploads would be removed as nobody's.
  /// - Throws: `FileError`.
  private func remains() throws(FileError) -> String? {
    var file = stat()
    let isThere = stat(path, &file) == 0
    guard isThere ? file.st_size == 0 : errno == ENOENT else { return nil }
    let remains: String
    if stat(path + "-wal", &file) == 0, file.st_size > 0 {
      remains = "its log \(path)-wal is there"
    } else if try FileBlobStore.hasBlobs(in: directory + "/uploads") {
      remains = "there are files of uploads in \(directory)/uploads"
    } else {
      return nil
    }
    return "the database \(path) is \(isThere ? "empty" : "missing"), but \(remains): put it back, or restore the last "
      + "backup; to begin anew, move what is left away"
  }

  /// Keeps SQLite from beginning a new database where one was lost.
  func refuseRemains() throws(SQLError) { try refuse { () throws(FileError) in try remains() } }

  private func refuse(_ reason: () throws(FileError) -> String?) throws(SQLError) {
    do throws(FileError) {
      guard let reason = try reason() else { return }
      throw FileError(reason)
    } catch {
      throw SQLError(kind: .io, message: "\(error)")
    }
  }
}
