import Glibc
import Storage

/// Opens the database of a data directory for commands that must not make a new one by a mistyped path.
enum ExistingDatabase {
  /// - Throws: `CommandFailure` if there is no database, `SQLError` if it cannot be opened.
  static func engine(_ configuration: Configuration) throws -> SQLiteEngine {
    guard access(configuration.databasePath, F_OK) == 0 else {
      throw CommandFailure("there is no database at \(configuration.databasePath)")
    }
    return try SQLiteEngine(directory: configuration.dataDirectory)
  }

  /// - Throws: as `engine` does.
  static func openReader(_ configuration: Configuration) throws -> any SQLConnection {
    try engine(configuration).openReader()
  }
}
