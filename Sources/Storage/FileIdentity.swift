import Glibc

/// Which file was at a path: notices when it is moved, replaced, removed or cut while it is open.
public struct FileIdentity: Sendable {
  /// What became of a file since the last look.
  public enum State: Sendable {
    case asItWas
    /// It is there, with fewer bytes than once.
    case shorter
    /// It was moved, replaced or removed.
    case gone
  }

  /// Where it was.
  public let path: String
  /// Its size in bytes at the last look.
  public private(set) var byteCount: Int64
  private let device: dev_t
  private let inode: ino_t
  private var byteCountMin: Int64

  /// The file that is at a path now.
  /// - Throws: `FileError`.
  public init(path: String) throws(FileError) {
    var status = stat()
    guard stat(path, &status) == 0 else { throw FileError("can't look at \(path)", errno) }
    self.path = path
    device = status.st_dev
    inode = status.st_ino
    byteCount = Int64(status.st_size)
    byteCountMin = byteCount
  }

  /// Whether it is still there. Asks by the path only: closing any descriptor of a database's file would give up all
  /// locks of this process on it (sqlite.org/howtocorrupt.html, 2.2).
  public mutating func look() -> State {
    var status = stat()
    guard stat(path, &status) == 0 else {
      // Any other failure says nothing of where the file is.
      return errno != ENOENT && errno != ENOTDIR && errno != ESTALE ? .asItWas : .gone
    }
    guard status.st_dev == device, status.st_ino == inode else { return .gone }
    byteCount = Int64(status.st_size)
    guard byteCount >= byteCountMin else { return .shorter }
    byteCountMin = byteCount
    return .asItWas
  }

  /// That it is shorter is as it should be.
  public mutating func acceptLength() { byteCountMin = byteCount }
}
