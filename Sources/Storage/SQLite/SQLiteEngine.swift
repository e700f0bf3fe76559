import Glibc

/// The embedded engine: one SQLite file in a data directory, in WAL mode, with an fsync for every commit.
///
/// See sqlite.org/wal.html and sqlite.org/pragma.html#pragma_synchronous: in WAL mode only `synchronous=FULL` makes a
/// commit survive a power loss.
public struct SQLiteEngine: StorageEngine {
  /// The directory that holds the database and the uploads.
  public let directory: String
  /// The database file.
  public var path: String { directory + "/clickclack.db" }

  /// Names a data directory and makes it, readable by its owner only, when it is missing.
  /// - Throws: `SQLError` when it can't be made.
  public init(directory: String) throws(SQLError) {
    self.directory = directory
    var partial = ""
    for part in directory.split(separator: "/", omittingEmptySubsequences: false) {
      partial += part
      if !partial.isEmpty, mkdir(partial, 0o700) != 0, errno != EEXIST {
        throw SQLError(kind: .io, message: "can't make \(partial): \(String(cString: strerror(errno)))")
      }
      partial += "/"
    }
  }

  /// A connection that fsyncs every commit.
  public func openWriter() throws(SQLError) -> any SQLConnection {
    let connection = try SQLiteConnection(path: path, readOnly: false)
    try connection.script(
      """
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA foreign_keys = ON;
      PRAGMA cache_size = -32768;
      PRAGMA temp_store = MEMORY;
      PRAGMA trusted_schema = OFF;
      PRAGMA recursive_triggers = OFF;
      PRAGMA wal_autocheckpoint = 4000;
      PRAGMA journal_size_limit = 67108864;
      """)
    return connection
  }

  /// A connection that can't write.
  ///
  /// It maps no part of the file: a mapped page that the disk can't read ends the process (SIGBUS), while a failed read is an
  /// error of one request. The pages are in the kernel's cache either way.
  public func openReader() throws(SQLError) -> any SQLConnection {
    let connection = try SQLiteConnection(path: path, readOnly: true)
    try connection.script(
      """
      PRAGMA query_only = ON;
      PRAGMA cache_size = -16384;
      PRAGMA mmap_size = 0;
      PRAGMA temp_store = MEMORY;
      PRAGMA trusted_schema = OFF;
      """)
    return connection
  }

  /// SQLite's data version.
  public func changeCounter(of writer: any SQLConnection) throws -> Int64 {
    // Moves only when another connection, so another process, commits (sqlite.org/pragma.html#pragma_data_version).
    try writer.first("PRAGMA data_version") { $0.int(0) } ?? 0
  }
}
