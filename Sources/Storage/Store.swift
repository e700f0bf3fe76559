/// What the rest of the server asks of storage: closures that run on a connection's own thread.
///
/// `write` closures run one after another on the single writer; what they return is delivered after their commit is on
/// disk. `read` closures run side by side on read-only connections and see a committed state.
public protocol Store: Sendable {
  /// Runs a closure in a transaction that shares its commit with others, and waits until it is on disk.
  ///
  /// The closure may be run again when another request of the same commit failed half-way, so its only effects are those
  /// of the transaction. When it throws, only its own changes are undone. Events that it appended are published, in
  /// order, after the commit and before this call returns.
  /// - Throws: What the closure throws; `StoreError.unavailable` when the disk stalls or the queue is full.
  func write<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T

  /// Runs a closure on a read-only connection, inside one read transaction.
  /// - Throws: What the closure throws; `StoreError.unavailable` when too many reads wait.
  func read<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T
}

/// A storage engine opens connections; `DatabaseWriter` and `ReaderPool` decide which thread uses them.
public protocol StorageEngine: Sendable {
  /// Opens the connection that writes.
  func openWriter() throws(SQLError) -> any SQLConnection
  /// Opens a connection that only reads.
  func openReader() throws(SQLError) -> any SQLConnection
  /// A number that differs from the last time when another process changed the database.
  func changeCounter(of writer: any SQLConnection) throws -> Int64
}

extension StorageEngine {
  /// Runs a closure in one transaction on a connection of its own: for commands that work beside a running server.
  /// - Throws: What the closure throws, after a rollback.
  public func writeOnce<T>(ids: IDGenerator, _ body: (Transaction) throws -> T) throws -> T {
    let connection = try openWriter()
    try connection.execute("BEGIN IMMEDIATE")
    do {
      try ids.advance(pastLastCursorOf: connection)
      let transaction = Transaction(connection: connection, ids: ids, now: .now())
      let result = try body(transaction)
      if transaction.wroteMessages { try SearchIndex.catchUp(connection) }
      try connection.execute("COMMIT")
      return result
    } catch {
      try connection.execute("ROLLBACK")
      throw error
    }
  }

  /// Runs a closure on a read-only connection of its own.
  public func readOnce<T>(_ body: (any SQLConnection) throws -> T) throws -> T {
    try body(try openReader())
  }
}

/// A refusal that a client may see: plain words, never internals.
public struct StoreError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Why the request is refused; each has one HTTP status.
  public enum Kind: Sendable {
    /// The input breaks a rule (400).
    case invalid
    /// Nobody known is asking (401).
    case unauthenticated
    /// The caller is known and may not (403).
    case forbidden
    /// No such thing, or the caller may not know of it (404).
    case notFound
    /// It contradicts what is there (409).
    case conflict
    /// It is larger than allowed (413).
    case tooLarge
    /// Too often; try later (429).
    case tooMany
    /// The server can't do it now; try later (503).
    case unavailable
    /// No room left (507).
    case full
  }

  /// Why.
  public let kind: Kind
  /// For the client, in plain words.
  public let message: String

  /// Makes a refusal.
  public init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  /// The message.
  public var description: String { message }

  /// The input breaks a rule.
  public static func invalid(_ message: String) -> StoreError { StoreError(.invalid, message) }
  /// The caller may not.
  public static func forbidden(_ message: String = "not allowed") -> StoreError { StoreError(.forbidden, message) }
  /// No such thing, or not for this caller. `what` names the kind of thing, such as "channel".
  public static func notFound(_ what: String) -> StoreError { StoreError(.notFound, "\(what) not found") }
  /// It contradicts what is there.
  public static func conflict(_ message: String) -> StoreError { StoreError(.conflict, message) }
}
