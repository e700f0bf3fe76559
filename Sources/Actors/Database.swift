import Runtime
import Storage

/// The store of a running server: the single writer and the pool of readers over one engine.
public final class Database: Store {
  /// The writer, for its timers and counters.
  public let writer: DatabaseWriter
  /// The readers, for their counters.
  public let readers: ReaderPool
  private let engine: any StorageEngine

  /// Makes a store; `open` connects it.
  public convenience init(
    engine: any StorageEngine, ids: IDGenerator, readerCount: Int, limits: DatabaseWriter.Limits = .init(),
    measurements: WriterMeasurements = WriterMeasurements()
  ) {
    self.init(
      engine: engine,
      writer: DatabaseWriter(engine: engine, ids: ids, limits: limits, measurements: measurements),
      readers: ReaderPool(count: readerCount))
  }

  /// Makes a store of its parts; `open` connects it.
  init(engine: any StorageEngine, writer: DatabaseWriter, readers: ReaderPool) {
    self.engine = engine
    self.writer = writer
    self.readers = readers
  }

  /// Opens every connection. The schema must be current.
  /// - Parameter observer: Hears of every commit.
  /// - Throws: `SQLError`.
  public func open(observer: any CommitObserver) async throws {
    try await writer.open(observer: observer, readers: readers)
    try await readers.open(engine)
  }

  /// Runs a closure in the next group commit.
  public func write<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T {
    try await writer.write(body)
  }

  /// Runs a closure on a reader.
  public func read<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
    try await readers.read(.server, body)
  }

  /// Runs a closure on a reader, in a person's turn.
  public func read<T: Sendable>(
    for person: UserID, _ body: @escaping @Sendable (any SQLConnection) throws -> T
  ) async throws -> T {
    try await readers.read(.person(person), body)
  }

  /// Runs a closure on one of the readers that long reads may use.
  public func read<T: Sendable>(
    longFor person: UserID, _ body: @escaping @Sendable (any SQLConnection) throws -> T
  ) async throws -> T {
    try await readers.read(.long(person), body)
  }

  /// Commits what waits and closes every connection.
  ///
  /// The writer's is the last one: SQLite then copies the write-ahead log into the database and removes it, which
  /// a connection that only reads can't do (sqlite.org/wal.html#avoiding_excessively_large_wal_files).
  public func close() async {
    await readers.close()
    await writer.close()
  }
}
