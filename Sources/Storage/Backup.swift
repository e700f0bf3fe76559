/// Copies the database into one file, beside a running server and without stopping its writes.
public enum Backup {
  /// Makes a backup that appears at `path` only when it is complete, on disk and checked.
  ///
  /// The copy is the state of the instant at which it begins. Uploaded files are not part of the database.
  /// - Throws: `FileError` when something is at `path` already or can't be written there, `SQLError` when the database
  ///   can't be read or the copy is damaged. Nothing remains at `path` then.
  public static func make(of engine: SQLiteEngine, at path: String) throws {
    let file = try NewFile(path: path)
    let source = try SQLiteConnection(path: engine.path, readOnly: true)
    // An open read transaction pins the instant. Without it every commit of the server would restart the copy
    // (sqlite.org/c3ref/backup_finish.html), which might never end then.
    try source.execute("BEGIN")
    _ = try source.first("SELECT count(*) FROM sqlite_master") { $0.int(0) }
    try source.backup(to: file.temporaryPath)
    try source.execute("COMMIT")
    try check(file.temporaryPath)
    try file.publish()
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
