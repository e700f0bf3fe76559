import Glibc

/// Reads whole files with a bound on their size.
enum FileReading {
  /// - Throws: `CommandFailure` that names the file.
  static func contents(ofFile path: String, bytesMax: Int) throws(CommandFailure) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw failure("open", path, exitCode: errno == EACCES ? .notPermitted : .notFound)
    }
    defer { close(descriptor) }
    return try contents(ofDescriptor: descriptor, name: path, bytesMax: bytesMax)
  }

  /// - Throws: `CommandFailure` that carries the name.
  static func contents(ofDescriptor descriptor: Int32, name: String, bytesMax: Int) throws(CommandFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 * 1024)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw failure("read", name, exitCode: errno == EISDIR ? .notFound : .failure) }
      guard count > 0 else { return bytes }
      bytes.append(contentsOf: chunk[..<count])
      guard bytes.count <= bytesMax else { throw CommandFailure("\(name) is larger than \(bytesMax) bytes") }
    }
  }

  static func failure(_ action: String, _ name: String, exitCode: ExitCode = .failure) -> CommandFailure {
    CommandFailure("cannot \(action) \(name): \(String(cString: strerror(errno)))", exitCode: exitCode)
  }
}
