/// Copies the database into one file, and the uploads into a directory, beside a running server and without stopping its
/// writes.
public enum Backup {
  /// Makes a backup that appears at `path` only when it is complete, on disk and checked.
  ///
  /// The copy is the state of the instant at which it begins. The database gets its name last: where it is, the uploads
  /// are complete, too. What an earlier attempt left that was killed is replaced. Blocks: not for an event loop.
  /// - Parameters:
  ///   - uploads: The directory for the uploads; nil to leave them out.
  ///   - stallSeconds: How long the copying of the database may get no further; then this process is killed.
  /// - Returns: How many uploads were copied, and those whose files were gone or not as long as they should be.
  /// - Throws: `FileError` when something is at `path` or `uploads` already or can't be written there, `SQLError` when the
  ///   database can't be read or the copy is damaged. Nothing remains at either then.
  @discardableResult
  public static func make(
    of engine: SQLiteEngine, at path: String, uploads: String? = nil, stallSeconds: Int64 = 300
  ) throws -> (uploadCount: Int, lost: [String]) {
    guard !FileTree.exists(path) else { throw FileError("\(path) exists already") }
    let directory = try uploads.map { place throws(FileError) in try NewDirectory(path: place, completedBy: path) }
    let file = try NewFile(path: path)
    try copy(engine, to: file.temporaryPath, StallDeadline(seconds: stallSeconds))
    try check(file.temporaryPath)
    var result: (uploadCount: Int, lost: [String]) = (0, [])
    if let directory {
      result = try UploadCopy.make(
        namedBy: file.temporaryPath, from: engine.directory + "/uploads", to: directory.temporaryPath)
      try file.sync()
      try directory.publish(before: file)
    }
    try file.publish()
    directory?.keep()
    return result
  }

  private static func copy(_ engine: SQLiteEngine, to path: String, _ deadline: StallDeadline) throws {
    try engine.refuseRemains()
    let source = try SQLiteConnection(path: engine.path, readOnly: true)
    // An open read transaction pins the instant. Without it every commit of the server would restart the copy
    // (sqlite.org/c3ref/backup_finish.html), which might never end then.
    try source.execute("BEGIN")
    _ = try source.first("SELECT count(*) FROM sqlite_master") { $0.int(0) }
    try source.backup(to: path) { deadline.extend() }
    try source.execute("COMMIT")
  }

  private static func check(_ path: String) throws {
    let copy = try SQLiteConnection(path: path, readOnly: false)
    // The copy says that it uses a write-ahead log, as its source does; a backup should be one file that can be read
    // from anywhere.
    try copy.script("PRAGMA journal_mode = DELETE")
    let complaints = try copy.all("PRAGMA quick_check(1)") { $0.text(0) }
    guard complaints == ["ok"] else {
      throw SQLError(kind: .damaged, message: "the copy is damaged: \(complaints.joined(separator: "; "))")
    }
  }
}
