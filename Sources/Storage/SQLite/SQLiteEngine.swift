import Glibc

/// The embedded engine: one SQLite file in a data directory, in WAL mode, with an fsync for every commit.
///
/// See sqlite.org/wal.html and sqlite.org/pragma.html#pragma_synchronous: in WAL mode only `synchronous=FULL` makes a
/// commit survive a power loss.
public struct SQLiteEngine: StorageEngine {
  /// The directory that holds the database and the uploads.
  public let directory: String
  /// The database file. Where its name in the directory is a link, the file that this leads to: SQLite keeps the log beside
  /// that one.
  public let path: String
  /// Whether the database's file is elsewhere, behind a link.
  public var isLinked: Bool { path != Self.namedPath(in: directory) }
  /// Bytes beyond which the write-ahead log is not left to itself any more.
  public let logBytesMax: Int

  /// Names a data directory and makes it, readable by its owner only, when it is missing.
  /// - Parameter logBytesMax: From half of this on SQLite copies the write-ahead log to the database whenever no reader is
  ///   in the way; beyond it `shortenLog` waits for readers.
  /// - Throws: `SQLError` when it can't be made.
  public init(directory: String, logBytesMax: Int = Self.logBytesMaxStandard) throws(SQLError) {
    self.directory = directory
    self.logBytesMax = logBytesMax
    path = FileTree.destination(ofLink: Self.namedPath(in: directory))
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
    try refuseRemains()
    let connection = try SQLiteConnection(path: path, readOnly: false)
    try connection.script(
      """
      -- Until it is a database with a log: the removal of the journal of that change is on disk then, too.
      PRAGMA synchronous = EXTRA;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA foreign_keys = ON;
      PRAGMA cache_size = -32768;
      PRAGMA temp_store = MEMORY;
      PRAGMA trusted_schema = OFF;
      PRAGMA recursive_triggers = OFF;
      PRAGMA wal_autocheckpoint = \(logBytesMax / 2 / Self.pageBytes);
      PRAGMA journal_size_limit = \(logBytesMax / 2);
      """)
    return connection
  }

  /// A connection that can't write.
  ///
  /// It maps no part of the file: a mapped page that the disk can't read ends the process (SIGBUS), while a failed read is an
  /// error of one request. The pages are in the kernel's cache either way.
  public func openReader() throws(SQLError) -> any SQLConnection {
    try refuseRemains()
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

  /// Whether the write-ahead log is longer than it may be. There is none before the first write.
  public func isLogTooLong() -> Bool {
    var file = stat()
    return stat(path + "-wal", &file) == 0 && Int(file.st_size) > logBytesMax
  }

  /// Starts the write-ahead log over.
  ///
  /// SQLite does that by itself only in a moment without any reader, which a busy server may never have. This waits for the
  /// readers of now, while new ones read the database alone (sqlite.org/c3ref/wal_checkpoint_v2.html,
  /// SQLITE_CHECKPOINT_RESTART); not for long, since writes wait meanwhile.
  public func shortenLog(of writer: any SQLConnection) throws -> Bool {
    try writer.script("PRAGMA busy_timeout = \(Self.shorteningMilliseconds)")
    let attempt = Result { try writer.first("PRAGMA wal_checkpoint(RESTART)") { $0.int(0) == 0 } ?? false }
    try writer.script("PRAGMA busy_timeout = \(SQLiteConnection.busyMilliseconds)")
    return try attempt.get()
  }

  /// The database, its write-ahead log and the index of that; the last two are there while a writer is connected.
  public func filesInUse() throws -> [FileIdentity] {
    let link = isLinked ? [Self.namedPath(in: directory)] : []
    return try (link + [path, path + "-wal", path + "-shm"]).map { path throws(FileError) in
      try FileIdentity(path: path)
    }
  }

  /// Whether the write-ahead log has fewer frames than SQLite counts in it, or the database fewer pages: the log is shorter
  /// when it was started over, and the database when another process vacuumed it.
  /// - Throws: `SQLError` when that can't be read now.
  public func isCut(_ file: FileIdentity, with writer: any SQLConnection) throws -> Bool {
    do {
      let (unit, sql, column): (Int, String, Int32) =
        file.path == path + "-wal"
        ? (Self.frameBytes, "PRAGMA wal_checkpoint(PASSIVE)", 1) : (Self.pageBytes, "PRAGMA page_count", 0)
      return file.byteCount < Int64(unit) * (try writer.first(sql) { $0.int(column) } ?? 0)
    } catch let error as SQLError where error.kind == .cut {
      // What is missing can't be read.
      return true
    }
  }

  /// Copies the write-ahead log to the database when only the log or its index is gone, and nobody has made new ones,
  /// of whose locks this process would know nothing.
  public func salvage(_ lost: [FileIdentity], with writer: any SQLConnection) throws -> Bool {
    let databases = [path, Self.namedPath(in: directory)]
    guard !lost.contains(where: { databases.contains($0.path) }), !lost.contains(where: { FileTree.exists($0.path) })
    else {
      return false
    }
    return try writer.first("PRAGMA wal_checkpoint(FULL)") { $0.int(0) == 0 && $0.int(1) == $0.int(2) } ?? false
  }

  private static func namedPath(in directory: String) -> String { directory + "/clickclack.db" }

  /// Small beside any disk, and long enough that a page which changes often is copied once for many changes.
  public static let logBytesMaxStandard = 32 * 1024 * 1024
  private static let pageBytes = 4_096
  private static let frameBytes = pageBytes + 24
  private static let shorteningMilliseconds = 200

  /// SQLite's data version.
  public func changeCounter(of writer: any SQLConnection) throws -> Int64 {
    // Moves only when another connection, so another process, commits (sqlite.org/pragma.html#pragma_data_version).
    try writer.first("PRAGMA data_version") { $0.int(0) } ?? 0
  }
}
