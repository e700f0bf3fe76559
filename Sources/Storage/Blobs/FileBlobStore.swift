import Glibc

/// Blobs as files: `ab/abcd...` for finished ones, `incoming/abcd...` for those that are being written.
///
/// A finished blob is on disk with its name before its key is known to anyone: the file is synced, renamed into its
/// place, and the directory is synced.
public struct FileBlobStore: BlobStore {
  /// The directory of all blobs.
  public let directory: String
  private let work: any BlockingWork
  /// The folder of files that are being written.
  static let incoming = "incoming"
  private static let hexDigits = Array("0123456789abcdef".utf8)

  /// Names the directory and makes it, readable by its owner only, when it is missing. Its parent must exist.
  /// - Throws: `FileError`.
  public init(directory: String, work: any BlockingWork) throws(FileError) {
    self.directory = directory
    self.work = work
    try Self.makeDirectories(directory)
  }

  /// Makes what is missing of the directories, at the start and should somebody have removed them.
  static func makeDirectories(_ directory: String) throws(FileError) {
    try Self.makeDirectory(directory)
    var madeSome = try Self.makeDirectory("\(directory)/\(Self.incoming)")
    for shard in 0...UInt8.max where try Self.makeDirectory("\(directory)/\(Self.shardName(shard))") {
      madeSome = true
    }
    if madeSome { try Self.sync(directory) }
  }

  /// Begins a file with a random name.
  public func create() async throws -> any BlobSink {
    let key = Self.randomKey()
    let path = "\(directory)/\(Self.incoming)/\(key)"
    let directory = directory
    let work = work
    return try await work.perform {
      let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC
      var descriptor = uninterrupted { Glibc.open(path, flags, 0o600) }
      if descriptor < 0, errno == ENOENT {
        try Self.makeDirectories(directory)
        descriptor = uninterrupted { Glibc.open(path, flags, 0o600) }
      }
      guard descriptor >= 0 else { throw FileError("can't make \(path)", errno) }
      return FileBlobSink(key: key, path: path, directory: directory, descriptor: descriptor, work: work)
    }
  }

  /// Opens the file of a key.
  public func open(_ key: String) async throws -> (any BlobSource)? {
    let path = Self.path(of: key, in: directory)
    let work = work
    return try await work.perform {
      let descriptor = uninterrupted { Glibc.open(path, O_RDONLY | O_CLOEXEC) }
      if descriptor < 0, errno == ENOENT { return nil }
      guard descriptor >= 0 else { throw FileError("can't open \(path)", errno) }
      var status = stat()
      guard fstat(descriptor, &status) == 0 else {
        let code = errno
        close(descriptor)
        throw FileError("can't read \(path)", code)
      }
      return FileBlobSource(path: path, byteCount: Int64(status.st_size), descriptor: descriptor, work: work)
    }
  }

  /// Removes the file of a key.
  public func remove(_ key: String) async throws {
    let path = Self.path(of: key, in: directory)
    try await work.perform {
      guard unlink(path) == 0 || errno == ENOENT else { throw FileError("can't remove \(path)", errno) }
    }
  }

  /// The names in one of the 256 directories.
  public func keys(inShard shard: UInt8, writtenBefore moment: Timestamp) async throws -> [String] {
    let path = "\(directory)/\(Self.shardName(shard))"
    return try await work.perform { try Self.names(in: path, writtenBefore: moment) }
  }

  /// Empties the directory of incoming files, as far as they are old.
  public func removeUnfinished(begunBefore moment: Timestamp) async throws -> Int {
    let path = "\(directory)/\(Self.incoming)"
    return try await work.perform {
      let names = try Self.names(in: path, writtenBefore: moment)
      for name in names where unlink("\(path)/\(name)") != 0 {
        guard errno == ENOENT else { throw FileError("can't remove \(path)/\(name)", errno) }
      }
      return names.count
    }
  }

  /// Whether a directory has any finished blob.
  static func hasBlobs(in directory: String) throws(FileError) -> Bool {
    for shard in 0...UInt8.max where try FileTree.names(in: "\(directory)/\(shardName(shard))").contains(where: isKey) {
      return true
    }
    return false
  }

  private static func isKey(_ name: String) -> Bool {
    name.utf8.count == 32 && name.utf8.allSatisfy(hexDigits.contains)
  }

  /// Where a finished blob is. Keys are made here, of hexadecimal digits only, so they never lead out of the directory.
  static func path(of key: String, in directory: String) -> String { "\(directory)/\(key.prefix(2))/\(key)" }

  /// Forces the names in a directory to disk.
  static func sync(_ directory: String) throws(FileError) {
    let opened = uninterrupted { Glibc.open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard opened >= 0 else { throw FileError("can't open \(directory)", errno) }
    defer { close(opened) }
    guard uninterrupted({ fsync(opened) }) == 0 else { throw FileError("can't sync \(directory)", errno) }
  }

  /// - Returns: Whether it was missing.
  @discardableResult
  private static func makeDirectory(_ path: String) throws(FileError) -> Bool {
    if mkdir(path, 0o700) == 0 { return true }
    guard errno == EEXIST else { throw FileError("can't make \(path)", errno) }
    return false
  }

  /// Every folder of the store.
  static var folders: [String] { [incoming] + (0...UInt8.max).map(shardName) }

  private static func shardName(_ shard: UInt8) -> String {
    String(decoding: [hexDigits[Int(shard >> 4)], hexDigits[Int(shard & 15)]], as: UTF8.self)
  }

  private static func randomKey() -> String {
    var digits: [UInt8] = []
    for _ in 0..<16 {
      let byte = UInt8.random(in: 0...255)
      digits += [hexDigits[Int(byte >> 4)], hexDigits[Int(byte & 15)]]
    }
    return String(decoding: digits, as: UTF8.self)
  }

  /// The files in a directory that have the name of a blob and are older than a moment; none when it does not exist.
  static func names(in path: String, writtenBefore moment: Timestamp) throws -> [String] {
    var names: [String] = []
    for name in try FileTree.names(in: path) where isKey(name) {
      var status = stat()
      guard lstat("\(path)/\(name)", &status) == 0 else { continue }
      let written = Int64(status.st_mtim.tv_sec) * 1_000_000 + Int64(status.st_mtim.tv_nsec) / 1_000
      if written < moment.microseconds { names.append(name) }
    }
    return names
  }
}
