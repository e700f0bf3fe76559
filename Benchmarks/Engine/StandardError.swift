import Glibc

/// Writes lines for the person at the terminal.
enum StandardError {
  static func print(_ line: String) {
    let bytes = Array("\(line)\n".utf8)
    // There is nowhere left to report that this failed.
    _ = write(STDERR_FILENO, bytes, bytes.count)
  }
}
