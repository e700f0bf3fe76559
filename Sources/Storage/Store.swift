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

  /// Runs a closure like `read`, for a person: when many wait, people take turns.
  /// - Throws: As `read`; `StoreError.tooMany` when too many wait, and of nobody as many as of the person.
  func read<T: Sendable>(
    for person: UserID, _ body: @escaping @Sendable (any SQLConnection) throws -> T
  ) async throws -> T

  /// Runs a closure that may take long, such as a search: others go ahead of it, and people who ask take turns.
  /// - Throws: As `read`; `StoreError.tooMany` when too many of the person wait.
  func read<T: Sendable>(
    longFor person: UserID, _ body: @escaping @Sendable (any SQLConnection) throws -> T
  ) async throws -> T
}

extension Store {
  /// Runs a closure like any other, where there is nobody to wait for.
  public func read<T: Sendable>(
    for person: UserID, _ body: @escaping @Sendable (any SQLConnection) throws -> T
  ) async throws -> T {
    try await read(body)
  }

  /// Runs a closure like any other, where there is nobody to wait for.
  public func read<T: Sendable>(
    longFor person: UserID, _ body: @escaping @Sendable (any SQLConnection) throws -> T
  ) async throws -> T {
    try await read(body)
  }
}

/// A storage engine opens connections; `DatabaseWriter` and `ReaderPool` decide which thread uses them.
public protocol StorageEngine: Sendable {
  /// Opens the connection that writes.
  func openWriter() throws(SQLError) -> any SQLConnection
  /// Opens a connection that only reads.
  func openReader() throws(SQLError) -> any SQLConnection
  /// A number that differs from the last time when another process changed the database.
  func changeCounter(of writer: any SQLConnection) throws -> Int64
  /// Whether what the engine writes ahead of its tables has grown longer than it may be.
  func isLogTooLong() throws -> Bool
  /// Starts over what the engine writes ahead of its tables. The writer calls it between transactions, on its thread.
  /// - Returns: Whether that was possible: when it wasn't, others are in the way, and trying again soon only costs time.
  /// - Throws: `SQLError`.
  func shortenLog(of writer: any SQLConnection) throws -> Bool
  /// The files that an open writer and its readers use, as long as they are open; empty when there are none to lose.
  /// - Throws: `FileError`.
  func filesInUse() throws -> [FileIdentity]
  /// Whether a file in use that became shorter misses something that was in it.
  func isCut(_ file: FileIdentity, with writer: any SQLConnection) throws -> Bool
  /// Some of the files in use are not in place any more: saves what is only in them, if that is possible.
  /// - Returns: Whether everything that was committed is in files that are in place.
  /// - Throws: `SQLError`.
  func salvage(_ lost: [FileIdentity], with writer: any SQLConnection) throws -> Bool
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
      // SQLite ends the transaction by itself after some errors, such as a full disk.
      if connection.inTransaction { try connection.execute("ROLLBACK") }
      throw error
    }
  }

  /// Runs a closure on a read-only connection of its own.
  public func readOnce<T>(_ body: (any SQLConnection) throws -> T) throws -> T {
    try body(try openReader())
  }
}
