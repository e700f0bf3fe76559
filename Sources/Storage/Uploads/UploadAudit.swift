import Glibc

/// Compares the uploads that the database knows with the files that are there, without changing anything.
public struct UploadAudit: Sendable {
  /// A file of the blob store that no upload needs.
  public struct Orphan: Sendable, Equatable {
    /// Where it is.
    public let path: String
    /// Its size in bytes.
    public let byteCount: Int64

    /// Whether an upload needs it after all, such as one that came since the comparison.
    /// - Throws: `SQLError`.
    public func isNeeded(_ db: any SQLConnection) throws -> Bool {
      try db.exists("SELECT 1 FROM uploads WHERE blob = ?1", [.text(FileTree.split(path).name)])
    }
  }

  /// Uploads that were compared.
  public private(set) var uploadCount = 0
  /// Uploads whose file is gone.
  public private(set) var missing: [String] = []
  /// Uploads whose file has another size.
  public private(set) var damaged: [String] = []
  /// Files without an upload that are older than the moment: finished ones and those that were never finished.
  public private(set) var orphans: [Orphan] = []

  /// Compares. Blocks while it reads the directories: not for an event loop.
  /// - Parameters:
  ///   - directory: The directory of the blob store.
  ///   - moment: Younger files are left out: an upload under way has a file before it has a row.
  /// - Throws: `SQLError`, `FileError`.
  public init(directory: String, writtenBefore moment: Timestamp, _ db: any SQLConnection) throws {
    var known: Set<String> = []
    try db.query("SELECT id, blob, byte_size FROM uploads", []) { row in
      let (id, blob, size) = (row.text(0), row.text(1), row.int(2))
      known.insert(blob)
      uploadCount += 1
      switch Self.size(FileBlobStore.path(of: blob, in: directory)) {
      case nil: missing.append(id)
      case .some(size): break
      default: damaged.append(id)
      }
    }
    for folder in FileBlobStore.folders {
      for name in try FileBlobStore.names(in: "\(directory)/\(folder)", writtenBefore: moment)
      where folder == FileBlobStore.incoming || !known.contains(name) {
        let path = "\(directory)/\(folder)/\(name)"
        orphans.append(Orphan(path: path, byteCount: Self.size(path) ?? 0))
      }
    }
  }

  private static func size(_ path: String) -> Int64? {
    var info = stat()
    return stat(path, &info) == 0 ? Int64(info.st_size) : nil
  }
}
