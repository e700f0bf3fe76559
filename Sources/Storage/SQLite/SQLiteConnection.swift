import CSQLite
import Glibc

/// A connection to one SQLite database file, with its cache of prepared statements.
///
/// Opened by `SQLiteEngine`. Used by one thread at a time (SQLite's multi-thread mode), which the writer and the
/// readers guarantee by owning their connection.
public final class SQLiteConnection: SQLConnection {
  private let handle: OpaquePointer
  private var statements: [String: OpaquePointer] = [:]
  /// Prepared statements kept at most; beyond it the cache is emptied, which costs one compilation each.
  private let statementsMax = 512
  /// When statements have to end; nil if they may take as long as they like.
  private var end: ContinuousClock.Instant?

  /// How long a connection waits for another process's lock.
  static let busyMilliseconds: Int32 = 5_000

  /// SQLite.
  public var dialect: SQLDialect { .sqlite }

  /// Opens a database file.
  /// - Parameters:
  ///   - path: The file.
  ///   - readOnly: Whether writes are refused.
  /// - Throws: `SQLError` when the file can't be opened.
  public init(path: String, readOnly: Bool)
    throws(SQLError)
  {
    _ = Self.configured
    var info = stat()
    // Opening a pipe would wait for its other end.
    if stat(path, &info) == 0, info.st_mode & S_IFMT != S_IFREG {
      throw SQLError(kind: .io, message: "can't open \(path): it is no file")
    }
    var opened: OpaquePointer?
    let access = readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
    let status = sqlite3_open_v2(path, &opened, access | SQLITE_OPEN_NOMUTEX, nil)
    guard status == SQLITE_OK, let opened else {
      let message = opened.map(Self.message) ?? "out of memory"
      sqlite3_close_v2(opened)
      throw SQLError(kind: .io, message: "can't open \(path): \(message)")
    }
    handle = opened
    sqlite3_busy_timeout(handle, Self.busyMilliseconds)
    // Without it the connection works all the same, more slowly.
    _ = clickclack_sqlite_lookaside(handle, 512, 512)
    sqlite3_extended_result_codes(handle, 1)
  }

  deinit {
    for statement in statements.values { sqlite3_finalize(statement) }
    sqlite3_close_v2(handle)
  }

  /// Runs a statement for its effect; see `SQLConnection`.
  @discardableResult
  public func execute(_ sql: String, _ values: [SQLValue]) throws(SQLError) -> Int {
    let statement = try prepare(sql, values)
    defer { reset(statement) }
    while true {
      switch sqlite3_step(statement) {
      case SQLITE_ROW: continue
      case SQLITE_DONE: return Int(sqlite3_changes(handle))
      default: throw lastError(sql)
      }
    }
  }

  /// Runs a statement and lends its rows; see `SQLConnection`.
  public func query(_ sql: String, _ values: [SQLValue], _ body: (borrowing SQLRow) throws -> Void) throws {
    let statement = try prepare(sql, values)
    defer { reset(statement) }
    let row = SQLRow(statement: statement)
    while true {
      switch sqlite3_step(statement) {
      case SQLITE_ROW: try body(row)
      case SQLITE_DONE: return
      default: throw lastError(sql)
      }
    }
  }

  /// Runs a script; see `SQLConnection`.
  public func script(_ sql: String) throws(SQLError) {
    guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw lastError(sql) }
  }

  /// Copies the whole database to another file while it is in use (sqlite.org/backup.html), a bounded number of pages
  /// at a time so that the writer is never locked out for long. The copy is the state of one instant.
  /// - Parameter progressed: Called after each step.
  /// - Throws: `SQLError`.
  public func backup(
    to path: String, pagesPerStep: Int32 = 1_024, progressed: () -> Void = {}
  ) throws(SQLError) {
    let target = try SQLiteConnection(path: path, readOnly: false)
    guard let copy = sqlite3_backup_init(target.handle, "main", handle, "main") else {
      throw target.lastError("backup")
    }
    var status = SQLITE_OK
    repeat {
      status = sqlite3_backup_step(copy, pagesPerStep)
      if status == SQLITE_OK { progressed() }
    } while status == SQLITE_OK || status == SQLITE_BUSY || status == SQLITE_LOCKED
    sqlite3_backup_finish(copy)
    guard status == SQLITE_DONE else { throw target.lastError("backup") }
  }

  /// Runs a closure whose statements are interrupted from a moment on (sqlite.org/c3ref/progress_handler.html).
  public func run<T>(until moment: ContinuousClock.Instant, _ body: () throws -> T) throws -> T {
    end = moment
    sqlite3_progress_handler(
      handle, Self.stepsBetweenLooks,
      { connection in
        guard let connection else { return 0 }
        let end = Unmanaged<SQLiteConnection>.fromOpaque(connection).takeUnretainedValue().end
        return end.map { $0 < .now } ?? false ? 1 : 0
      }, Unmanaged.passUnretained(self).toOpaque())
    defer {
      sqlite3_progress_handler(handle, 0, nil, nil)
      end = nil
    }
    return try body()
  }

  /// Some microseconds of SQLite's virtual machine.
  private static let stepsBetweenLooks: Int32 = 1_000

  /// Rows changed by this connection so far.
  public var changeCount: Int64 { sqlite3_total_changes64(handle) }

  /// Whether a transaction is open on this connection.
  public var inTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

  // Once per process, before the first connection: SQLite's count of its memory takes a global lock at every
  // allocation, which the writer and the readers would contend for. Fails only when SQLite is in use already.
  private static let configured: Bool = clickclack_sqlite_configure() == SQLITE_OK

  // Binding copies text and blobs: the values may go before the statement runs to its end.
  private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

  private func prepare(_ sql: String, _ values: [SQLValue]) throws(SQLError) -> OpaquePointer {
    let statement: OpaquePointer
    if let cached = statements[sql] {
      statement = cached
    } else {
      var compiled: OpaquePointer?
      let flags = UInt32(SQLITE_PREPARE_PERSISTENT)
      guard sqlite3_prepare_v3(handle, sql, -1, flags, &compiled, nil) == SQLITE_OK, let compiled else {
        throw lastError(sql)
      }
      if statements.count >= statementsMax {
        // Statements still stepping (a query inside a query) must survive, so only the idle ones go.
        for (text, idle) in statements where sqlite3_stmt_busy(idle) == 0 {
          sqlite3_finalize(idle)
          statements[text] = nil
        }
      }
      statements[sql] = compiled
      statement = compiled
    }
    var index: Int32 = 1
    for value in values {
      let status: Int32
      switch value {
      case .null: status = sqlite3_bind_null(statement, index)
      case .integer(let number): status = sqlite3_bind_int64(statement, index, number)
      case .text(var text):
        status = text.withUTF8 { bytes in
          bytes.withMemoryRebound(to: CChar.self) {
            sqlite3_bind_text(statement, index, $0.baseAddress, Int32($0.count), Self.transient)
          }
        }
      case .blob(let bytes):
        status = sqlite3_bind_blob(statement, index, bytes, Int32(bytes.count), Self.transient)
      }
      guard status == SQLITE_OK else { throw lastError(sql) }
      index += 1
    }
    return statement
  }

  private func reset(_ statement: OpaquePointer) {
    sqlite3_reset(statement)
    sqlite3_clear_bindings(statement)
  }

  private func lastError(_ sql: String) -> SQLError {
    let code = sqlite3_extended_errcode(handle)
    let kind: SQLError.Kind
    switch code & 0xff {
    case SQLITE_CONSTRAINT: kind = .constraint
    case SQLITE_BUSY, SQLITE_LOCKED: kind = .busy
    case SQLITE_FULL: kind = .full
    // SQLITE_IOERR_SHORT_READ, whose macro Swift does not see.
    case SQLITE_IOERR where code == SQLITE_IOERR | 2 << 8: kind = .cut
    case SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_READONLY: kind = .io
    case SQLITE_CORRUPT, SQLITE_NOTADB: kind = .damaged
    case SQLITE_INTERRUPT: kind = .late
    default: kind = .other
    }
    return SQLError(
      kind: kind,
      message: "\(Self.message(handle)) (\(code)) in \(sql.split(separator: "\n").first?.prefix(80) ?? "")")
  }

  /// What SQLite says of the last failure, and what the system said to SQLite.
  private static func message(_ handle: OpaquePointer) -> String {
    let message = String(cString: sqlite3_errmsg(handle))
    switch sqlite3_errcode(handle) & 0xff {
    case SQLITE_IOERR, SQLITE_CANTOPEN: return "\(message): \(String(cString: strerror(sqlite3_system_errno(handle))))"
    default: return message
    }
  }
}
