import Glibc

/// A directory that gets its name when it is complete, and that is of use only with a file which appears after it.
///
/// Until then it holds a link to that file's temporary name, by which the next attempt recognises what a killed one
/// left. Without `keep` nothing remains.
final class NewDirectory {
  /// Where it will be.
  let path: String
  /// Where it is written.
  let temporaryPath: String
  private var current: String?

  private static let marker = ".unfinished"

  /// Makes the directory under its temporary name.
  /// - Parameter file: The file that completes it.
  /// - Throws: `FileError`, also when something is at `path` that no earlier attempt for the same file has left.
  init(path: String, completedBy file: String) throws(FileError) {
    if FileTree.exists(path) {
      guard Self.isLeftover(path, completedBy: file) else { throw FileError("\(path) exists already") }
      try FileTree.remove(path)
    }
    try TemporaryName.removeLeftovers(for: path)
    let temporary = TemporaryName.make(for: path)
    guard mkdir(temporary, 0o700) == 0 else { throw FileError("can't make \(temporary)", errno) }
    self.path = path
    temporaryPath = temporary
    current = temporary
  }

  deinit {
    guard let current else { return }
    do {
      try FileTree.remove(current)
    } catch {
      // The error of the attempt itself is on its way; the next attempt tries to remove this again.
    }
  }

  /// Gives the directory its name; what is in it must be on disk.
  /// - Parameter file: Its file, complete but for its name, which comes next.
  /// - Throws: `FileError`.
  func publish(before file: NewFile) throws(FileError) {
    let marker = "\(temporaryPath)/\(Self.marker)"
    guard symlink(FileTree.split(file.temporaryPath).name, marker) == 0 else {
      throw FileError("can't make \(marker)", errno)
    }
    try FileBlobStore.sync(temporaryPath)
    // Replaces nothing but an empty directory.
    guard rename(temporaryPath, path) == 0 else {
      throw errno == EEXIST || errno == ENOTEMPTY
        ? FileError("\(path) exists already") : FileError("can't make \(path)", errno)
    }
    current = path
    try FileBlobStore.sync(FileTree.split(path).directory)
  }

  /// The file has its name: both are complete.
  func keep() {
    current = nil
    unlink("\(path)/\(Self.marker)")
  }

  /// Whether a killed attempt has left it: then the temporary file that it names is still there, and its place is empty.
  private static func isLeftover(_ path: String, completedBy file: String) -> Bool {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("\(path)/\(marker)", &buffer, buffer.count)
    guard count > 0 else { return false }
    let name = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let (directory, place) = FileTree.split(file)
    return TemporaryName.isLeftover(name, for: place) && FileTree.exists("\(directory)/\(name)")
      && !FileTree.exists(file)
  }
}
