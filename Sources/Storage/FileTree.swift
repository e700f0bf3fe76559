import Glibc

/// Directories as a whole: what is in them, and removing them.
enum FileTree {
  /// The names in a directory, in no order; none when it does not exist.
  /// - Throws: `FileError`.
  static func names(in path: String) throws(FileError) -> [String] {
    guard let listing = opendir(path) else {
      guard errno == ENOENT else { throw FileError("can't list \(path)", errno) }
      return []
    }
    defer { closedir(listing) }
    var names: [String] = []
    while let entry = readdir(listing) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  /// Removes a file, or a directory with everything in it; links are not followed. Nothing happens when there is none.
  /// - Throws: `FileError`.
  static func remove(_ path: String) throws(FileError) {
    if unlink(path) == 0 || errno == ENOENT { return }
    guard errno == EISDIR || errno == EPERM else { throw FileError("can't remove \(path)", errno) }
    for name in try names(in: path) { try remove("\(path)/\(name)") }
    guard rmdir(path) == 0 || errno == ENOENT else { throw FileError("can't remove \(path)", errno) }
  }

  /// Where a symbolic link leads in the end; the path itself when it is none, or leads nowhere.
  static func destination(ofLink path: String) -> String {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK, let destination = realpath(path, nil) else {
      return path
    }
    defer { free(destination) }
    return String(cString: destination)
  }

  /// The directory of a path, and the name in it.
  static func split(_ path: String) -> (directory: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    return (slash == path.startIndex ? "/" : String(path[..<slash]), String(path[path.index(after: slash)...]))
  }

  /// Whether there is something, be it a link that leads nowhere.
  static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }
}
