import Glibc

/// A pipe whose reading end stands for whoever collects the log.
final class LogPipe {
  let readEnd: Int32
  let writeEnd: Int32

  init() {
    var ends: [Int32] = [0, 0]
    precondition(pipe(&ends) == 0)
    (readEnd, writeEnd) = (ends[0], ends[1])
  }

  deinit {
    close(readEnd)
    close(writeEnd)
  }

  /// Blocks until the text ends with `suffix`; the caller's expectation fails if the pipe ends first.
  func read(until suffix: String) -> String {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 * 1024)
    while !bytes.suffix(suffix.utf8.count).elementsEqual(suffix.utf8) {
      let count = Glibc.read(readEnd, &chunk, chunk.count)
      guard count > 0 else { break }
      bytes.append(contentsOf: chunk[..<count])
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
