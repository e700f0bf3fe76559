import Glibc

/// Copies the files of uploads for a backup.
///
/// Files never change and outlive the last use of their upload by a day or as configured, so the files that a copy of
/// the database names can be copied after it, beside a running server.
enum UploadCopy {
  private static let pieceBytes = 1 << 20

  /// Copies the files of every upload that a database names. Blocks: not for an event loop.
  /// - Parameters:
  ///   - database: A database file, such as a backup; `uploads` is the directory of its blob store.
  ///   - target: An empty directory; what is in it is on disk when this returns.
  /// - Returns: How many were copied, and the uploads whose files were gone or not as long as they should be.
  /// - Throws: `FileError`, `SQLError`; what was copied by then remains.
  static func make(
    namedBy database: String, from uploads: String, to target: String
  ) throws -> (uploadCount: Int, lost: [String]) {
    let copy = try SQLiteConnection(path: database, readOnly: true)
    for folder in FileBlobStore.folders where mkdir("\(target)/\(folder)", 0o700) != 0 {
      throw FileError("can't make \(target)/\(folder)", errno)
    }
    var count = 0
    var lost: [String] = []
    try copy.query("SELECT id, blob, byte_size FROM uploads", []) { row in
      let blob = row.text(1)
      let byteCount = try copyFile(
        FileBlobStore.path(of: blob, in: uploads), to: FileBlobStore.path(of: blob, in: target))
      if byteCount != nil { count += 1 }
      if byteCount != row.int(2) { lost.append(row.text(0)) }
    }
    for folder in FileBlobStore.folders { try FileBlobStore.sync("\(target)/\(folder)") }
    try FileBlobStore.sync(target)
    return (count, lost)
  }

  /// - Returns: How many bytes it has; nil when there is no such file.
  private static func copyFile(_ path: String, to target: String) throws(FileError) -> Int64? {
    let source = uninterrupted { open(path, O_RDONLY | O_CLOEXEC) }
    guard source >= 0 else {
      if errno == ENOENT { return nil }
      throw FileError("can't open \(path)", errno)
    }
    defer { close(source) }
    let copy = uninterrupted { open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600) }
    guard copy >= 0 else { throw FileError("can't make \(target)", errno) }
    defer { close(copy) }
    var byteCount: Int64 = 0
    var buffer = [UInt8](repeating: 0, count: pieceBytes)
    while true {
      let count = uninterrupted { read(source, &buffer, pieceBytes) }
      if count == 0 { break }
      guard count > 0 else { throw FileError("can't read \(path)", errno) }
      try FileError.writeAll(Array(buffer[..<count]), to: copy, name: target)
      byteCount += Int64(count)
    }
    guard uninterrupted({ fsync(copy) }) == 0 else { throw FileError("can't sync \(target)", errno) }
    return byteCount
  }
}
