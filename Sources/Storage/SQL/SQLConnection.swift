/// The small synchronous SQL interface that every storage engine implements.
///
/// Statements use the placeholders `?1`, `?2` ... and are compiled once per connection (a bounded cache keyed by the
/// text). A connection belongs to one thread at a time: the writer's thread or a reader's. It is therefore not
/// `Sendable`, and closures receive it only for the time of their call.
///
/// ```swift
/// let name = try db.first("SELECT name FROM channels WHERE id = ?1", [.text(id)]) { $0.text(0) }
/// ```
public protocol SQLConnection: AnyObject {
  /// Which engine answers, for the few statements on which the dialects differ.
  var dialect: SQLDialect { get }

  /// Runs a statement for its effect.
  /// - Returns: The number of rows changed.
  /// - Throws: `SQLError`.
  @discardableResult
  func execute(_ sql: String, _ values: [SQLValue]) throws(SQLError) -> Int

  /// Runs a statement and hands each row to `body`, in order. The row is valid during the call only.
  /// - Throws: `SQLError`, or what `body` throws.
  func query(_ sql: String, _ values: [SQLValue], _ body: (borrowing SQLRow) throws -> Void) throws

  /// Rows changed by this connection so far: equal before and after means that nothing was written.
  var changeCount: Int64 { get }

  /// Whether a transaction is open.
  var inTransaction: Bool { get }

  /// Runs `body`, whose statements fail with an error of the kind `late` from a moment on.
  func run<T>(until moment: ContinuousClock.Instant, _ body: () throws -> T) throws -> T

  /// Runs a script of several statements without placeholders, such as a migration.
  /// - Throws: `SQLError`.
  func script(_ sql: String) throws(SQLError)
}

/// The SQL dialects that engines speak.
public enum SQLDialect: Sendable {
  /// SQLite 3.40 or newer.
  case sqlite
}

extension SQLConnection {
  /// Runs a statement that needs no values.
  @discardableResult
  public func execute(_ sql: String) throws(SQLError) -> Int { try execute(sql, []) }

  /// The first row, mapped, or nil when there is none.
  public func first<T>(_ sql: String, _ values: [SQLValue] = [], _ map: (borrowing SQLRow) throws -> T) throws -> T? {
    var result: T?
    try query(sql, values) { row in
      if result == nil { result = try map(row) }
    }
    return result
  }

  /// Every row, mapped, in order.
  public func all<T>(_ sql: String, _ values: [SQLValue] = [], _ map: (borrowing SQLRow) throws -> T) throws -> [T] {
    var result: [T] = []
    try query(sql, values) { row in result.append(try map(row)) }
    return result
  }

  /// Whether the statement yields at least one row.
  public func exists(_ sql: String, _ values: [SQLValue] = []) throws -> Bool {
    try first(sql, values) { _ in true } ?? false
  }
}

/// What went wrong in the storage engine.
public struct SQLError: Error, Sendable, CustomStringConvertible {
  /// What callers distinguish.
  public enum Kind: Sendable, Equatable {
    /// A UNIQUE, PRIMARY KEY, NOT NULL, CHECK or FOREIGN KEY constraint refused the write.
    case constraint
    /// Another process holds the lock for longer than the busy timeout.
    case busy
    /// The disk or the database's size limit is full.
    case full
    /// The device reported an error.
    case io
    /// A file ends before what must be in it.
    case cut
    /// The file is damaged, or no database at all.
    case damaged
    /// It took longer than it may.
    case late
    /// A statement is wrong, or anything else.
    case other
  }

  /// The class of the error.
  public let kind: Kind
  /// The engine's own message: for logs, never for clients.
  public let message: String

  /// Makes an error of a class with the engine's message.
  public init(kind: Kind, message: String) {
    self.kind = kind
    self.message = message
  }

  /// The class and the message.
  public var description: String { "\(kind): \(message)" }
}
