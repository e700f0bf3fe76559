import Glibc
import Testing

/// A temporary directory that goes with the test.
final class TestDirectory: Sendable {
  let path: String
  private let isOwned: Bool

  init() throws {
    var template = Array("/tmp/clickclack-e2e-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw TestFailure("can't make a directory") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    isOwned = true
  }

  /// Takes a directory that exists; it goes with the test, too.
  init(at path: String) throws {
    self.path = path
    isOwned = true
  }

  /// Reads in a directory that is not the test's.
  init(borrowing path: String) {
    self.path = path
    isOwned = false
  }

  /// The text of a file in it; empty when there is none.
  func read(_ name: String) -> String {
    guard let file = fopen("\(path)/\(name)", "r") else { return "" }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      if count == 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer[..<count]
    }
  }

  /// Makes or replaces a file in it.
  func write(_ text: String, to name: String) throws {
    guard let file = fopen("\(path)/\(name)", "w") else { throw TestFailure("can't write \(name)") }
    defer { fclose(file) }
    let bytes = Array(text.utf8)
    guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw TestFailure("can't write \(name)") }
  }

  deinit {
    if isOwned { Self.remove(path) }
  }

  /// The names in a directory, which must exist, in no order.
  static func names(in path: String) throws -> [String] {
    let listing = try #require(opendir(path))
    defer { closedir(listing) }
    var names: [String] = []
    while let entry = readdir(listing) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  private static func remove(_ path: String) {
    if unlink(path) == 0 || errno == ENOENT { return }
    do {
      for name in try names(in: path) { remove("\(path)/\(name)") }
    } catch {
      // What can't be listed stays in the system's directory for temporary files.
    }
    rmdir(path)
  }
}

/// The size of a file in bytes; nil when there is none.
func fileSize(_ path: String) -> Int64? {
  var info = stat()
  return stat(path, &info) == 0 ? Int64(info.st_size) : nil
}
