import Glibc

/// Looks at who may read and write the files of a data directory.
struct DataRights {
  /// Files that are named in one finding.
  private static let namedMax = 3
  /// Files that are looked at; a directory with more is large, and its first files are telling.
  private static let filesMax = 1_000_000

  /// What `mkfs` leaves at the root of a file system, for root only.
  private static let foreignDirectory = "lost+found"

  private let directory: String
  /// What may be elsewhere, behind a link.
  private let links: [String]

  init(directory: String) {
    self.directory = directory
    links = ["\(directory)/clickclack.db", "\(directory)/uploads"]
  }

  /// - Parameter fixes: Whether to take the rights of others away.
  func examine(fixes: Bool) throws -> [Finding] {
    var unusable: [String] = []
    var foreign: [String] = []
    var open: [(path: String, mode: mode_t)] = []
    for path in try paths() {
      var info = stat()
      // Files of uploads and of the log come and go while a server runs.
      guard (links.contains(path) ? stat(path, &info) : lstat(path, &info)) == 0 else { continue }
      if access(path, R_OK | W_OK) != 0 { unusable.append(path) }
      if info.st_uid != geteuid() { foreign.append(path) }
      if info.st_mode & 0o077 != 0, Self.isPrivate(info.st_mode) { open.append((path, info.st_mode & 0o777)) }
    }
    var findings: [Finding] = []
    if !unusable.isEmpty {
      findings.append(
        .problem(
          "permissions",
          "this user can't read and write \(Self.named(unusable)): run as the user that the server runs as, or chown"))
    }
    if !foreign.isEmpty {
      findings.append(
        .warning(
          "permissions",
          "\(Self.named(foreign)) belong(s) to another user: the server must run as the owner of its data, so chown"))
    }
    if !open.isEmpty { findings.append(close(open, fixes: fixes)) }
    return findings.isEmpty ? [.ok("permissions", "only this user can read the data")] : findings
  }

  /// Rights on a link mean nothing, and those on a socket say who may connect.
  private static func isPrivate(_ mode: mode_t) -> Bool { ![S_IFLNK, S_IFSOCK].contains(mode & S_IFMT) }

  private func close(_ open: [(path: String, mode: mode_t)], fixes: Bool) -> Finding {
    let modes = open.map { "\($0.path), mode \(String($0.mode, radix: 8))" }
    guard fixes else { return .warning("permissions", "others have rights on \(Self.named(modes)); --fix takes them") }
    let left = open.filter { chmod($0.path, $0.mode & 0o700) != 0 }
    return left.isEmpty
      ? .fixed("permissions", "took the rights of others on \(Self.named(modes))")
      : .problem("permissions", "can't take the rights of others on \(Self.named(left.map(\.path)))")
  }

  private static func named(_ paths: [String]) -> String {
    let first = paths.prefix(namedMax).joined(separator: "; ")
    return paths.count > namedMax ? "\(first) and \(paths.count - namedMax) more" : first
  }

  /// The data directory and everything in it.
  private func paths() throws -> [String] {
    var found = [directory]
    var folders = [directory]
    while let folder = folders.popLast(), found.count < Self.filesMax {
      guard let entries = opendir(folder) else {
        guard errno != ENOENT, errno != EACCES, errno != ENOTDIR else { continue }
        throw CommandFailure("can't list \(folder): \(String(cString: strerror(errno)))")
      }
      defer { closedir(entries) }
      while let entry = readdir(entries) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        guard name != ".", name != "..", name != Self.foreignDirectory || folder != directory else { continue }
        let path = "\(folder)/\(name)"
        found.append(path)
        if entry.pointee.d_type == UInt8(DT_DIR) || links.contains(path) { folders.append(path) }
      }
    }
    return found
  }
}
