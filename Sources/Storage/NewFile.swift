import Glibc

/// A file that appears under its name only when it is complete and on disk, and that never replaces another one.
///
/// It is written under a temporary name beside its place, readable by its owner only. Without `publish` nothing remains.
public final class NewFile {
  /// Where it will be.
  public let path: String
  /// Where it is written.
  public let temporaryPath: String
  private let descriptor: Int32
  private var isPublished = false

  /// Makes the file under its temporary name.
  ///
  /// What attempts for the same path left that were killed is removed.
  /// - Throws: `FileError` when something is at `path` already, or when the directory can't be written.
  public init(path: String) throws(FileError) {
    guard !FileTree.exists(path) else { throw FileError("\(path) exists already") }
    // SQLite would take it for a part of that database, and maybe open it no more.
    for companion in TemporaryName.companions where path.hasSuffix(companion) {
      let database = String(path.dropLast(companion.count))
      guard !FileTree.exists(database) else {
        throw FileError("\(path) is a name for a part of the database \(database)")
      }
    }
    try TemporaryName.removeLeftovers(for: path)
    let temporary = TemporaryName.make(for: path)
    let opened = uninterrupted { open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600) }
    guard opened >= 0 else { throw FileError("can't make \(temporary)", errno) }
    self.path = path
    temporaryPath = temporary
    descriptor = opened
  }

  deinit {
    close(descriptor)
    guard !isPublished else { return }
    unlink(temporaryPath)
    // What SQLite, when it was the writer, had no room to finish.
    for companion in TemporaryName.companions { unlink(temporaryPath + companion) }
  }

  /// Appends bytes.
  /// - Throws: `FileError`.
  public func write(_ bytes: [UInt8]) throws(FileError) {
    try FileError.writeAll(bytes, to: descriptor, name: temporaryPath)
  }

  /// Forces the file to disk, under its temporary name.
  /// - Throws: `FileError`.
  func sync() throws(FileError) {
    guard uninterrupted({ fsync(descriptor) }) == 0 else { throw FileError("can't sync \(temporaryPath)", errno) }
    try FileBlobStore.sync(FileTree.split(path).directory)
  }

  /// Forces the file to disk and gives it its name.
  /// - Throws: `FileError`, also when something appeared at `path` meanwhile.
  public func publish() throws(FileError) {
    guard uninterrupted({ fsync(descriptor) }) == 0 else { throw FileError("can't sync \(temporaryPath)", errno) }
    // A hard link refuses to replace what is there; rename would not.
    guard link(temporaryPath, path) == 0 else {
      throw errno == EEXIST ? FileError("\(path) exists already") : FileError("can't make \(path)", errno)
    }
    // The name is on disk only when its directory is.
    do throws(FileError) {
      try FileBlobStore.sync(FileTree.split(path).directory)
    } catch {
      unlink(path)
      throw error
    }
    unlink(temporaryPath)
    isPublished = true
  }
}

/// What went wrong with a file, for the operator.
public struct FileError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What happened, in plain words.
  public let description: String
  private let code: Int32?

  /// Makes an error; `code` is an `errno`.
  public init(_ message: String, _ code: Int32? = nil) {
    self.code = code
    description = code.map { "\(message): \(String(cString: strerror($0)))" } ?? message
  }

  /// What a client is told: when the system refused, it may come again. Nil when what is in a file is not what it
  /// should be.
  public var refusal: StoreError? {
    switch code {
    case nil: nil
    case ENOSPC, EDQUOT: StoreError(.full, "the server's disk is full")
    case .some:
      StoreError(.unavailable, "the server can't read or write its files right now, try again shortly")
    }
  }

  /// Writes all bytes to a descriptor, which must be in blocking mode.
  /// - Throws: `FileError`; `name` is what the message calls the file.
  public static func writeAll(_ bytes: [UInt8], to descriptor: Int32, name: String) throws(FileError) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { bytes in
        uninterrupted { Glibc.write(descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written) }
      }
      guard count > 0 else { throw FileError("can't write \(name)", count < 0 ? errno : EIO) }
      written += count
    }
  }
}
