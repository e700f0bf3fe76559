import Glibc

/// Which file was at a path: notices when it is moved, replaced or removed while it is open.
public struct FileIdentity: Sendable {
  /// Where it was.
  public let path: String
  private let device: dev_t
  private let inode: ino_t

  /// The file that is at a path now.
  /// - Throws: `FileError`.
  public init(path: String) throws(FileError) {
    var status = stat()
    guard stat(path, &status) == 0 else { throw FileError("can't look at \(path)", errno) }
    self.path = path
    device = status.st_dev
    inode = status.st_ino
  }

  /// Whether it is still there. Asks by the path only: closing any descriptor of a database's file would give up all
  /// locks of this process on it (sqlite.org/howtocorrupt.html, 2.2).
  public var isInPlace: Bool {
    var status = stat()
    guard stat(path, &status) == 0 else {
      // Any other failure says nothing of where the file is.
      return errno != ENOENT && errno != ENOTDIR && errno != ESTALE
    }
    return status.st_dev == device && status.st_ino == inode
  }
}
