import Glibc

/// The names that files and directories have until they are complete: `PLACE.PROCESS-NUMBER.tmp`, beside their place.
enum TemporaryName {
  private static let end = ".tmp"
  /// What SQLite writes beside a database.
  static let companions = ["-journal", "-wal", "-shm"]

  /// A new one.
  static func make(for path: String) -> String { "\(path).\(getpid())-\(UInt32.random(in: 0...UInt32.max))\(end)" }

  /// Removes what attempts for the same place left behind whose processes were killed.
  /// - Throws: `FileError`.
  static func removeLeftovers(for path: String) throws(FileError) {
    let (directory, place) = FileTree.split(path)
    for name in try FileTree.names(in: directory) {
      let companion = companions.first { name.hasSuffix($0) } ?? ""
      guard isLeftover(String(name.dropLast(companion.count)), for: place) else { continue }
      try FileTree.remove("\(directory)/\(name)")
    }
  }

  /// Whether a name is that of an attempt for a place which can't be under way any more.
  static func isLeftover(_ name: String, for place: String) -> Bool {
    guard name.hasPrefix(place + "."), name.hasSuffix(end) else { return false }
    let parts = name.dropFirst(place.count + 1).dropLast(end.count).split(
      separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, let process = pid_t(parts[0]), process > 0, UInt32(parts[1]) != nil else { return false }
    // In containers every command may have the same number as the one before.
    return process == getpid() || (kill(process, 0) != 0 && errno == ESRCH)
  }
}
