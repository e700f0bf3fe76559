/// Keeps the bytes of uploads, each under a key that it makes itself. Bytes never change under a key.
///
/// Every call may take as long as a disk or a network does, and none of them blocks the caller's thread.
///
/// ```swift
/// let sink = try await blobs.create()
/// try await sink.write(bytes)
/// let key = try await sink.finish()
/// ```
public protocol BlobStore: Sendable {
  /// Begins a blob.
  /// - Throws: `StoreError.unavailable`, `FileError`.
  func create() async throws -> any BlobSink

  /// Opens a blob; nil when there is none under the key.
  /// - Throws: `StoreError.unavailable`, `FileError`.
  func open(_ key: String) async throws -> (any BlobSource)?

  /// Removes a blob; one that is not there is no error.
  /// - Throws: `StoreError.unavailable`, `FileError`.
  func remove(_ key: String) async throws

  /// The keys of finished blobs whose first byte is `shard` and that were written before a moment.
  /// - Throws: `StoreError.unavailable`, `FileError`.
  func keys(inShard shard: UInt8, writtenBefore moment: Timestamp) async throws -> [String]

  /// Removes what was begun before a moment and never finished.
  /// - Returns: How many.
  /// - Throws: `StoreError.unavailable`, `FileError`.
  func removeUnfinished(begunBefore moment: Timestamp) async throws -> Int
}

/// A blob that is being written, by one task at a time. Without `finish` nothing of it remains.
public protocol BlobSink: Sendable {
  /// Appends bytes.
  /// - Throws: `StoreError.unavailable`, `FileError`.
  func write(_ bytes: [UInt8]) async throws

  /// Makes the blob durable and readable.
  /// - Returns: Its key.
  /// - Throws: `StoreError.unavailable`, `FileError`; nothing remains then.
  func finish() async throws -> String

  /// Throws away what was written.
  func discard() async
}

/// A blob that is open for reading; it stays readable when it is removed meanwhile. Closed with its last reference.
public protocol BlobSource: Sendable {
  /// Its length in bytes.
  var byteCount: Int64 { get }

  /// Reads from an offset; fewer bytes than asked for only at the end.
  /// - Throws: `StoreError.unavailable`, `FileError`.
  func read(at offset: Int64, byteCount: Int) async throws -> [UInt8]
}

/// Runs calls that block, away from the threads that must not.
public protocol BlockingWork: Sendable {
  /// Runs `body` on a thread that may block; returns on the caller's executor.
  /// - Throws: What `body` throws; `StoreError.unavailable` when too many calls wait.
  func perform<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T
}
