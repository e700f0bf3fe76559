/// Reads passwords and tokens that scripts give on standard input, where no other process can see them.
enum SecretInput {
  private static let bytesMax = 64 * 1024

  /// The first line, without its end.
  ///
  /// - Throws: `UsageError` if it is empty.
  static func line(_ context: CommandContext, of path: [String]) throws -> String {
    let text = String(decoding: try context.readInput(bytesMax), as: UTF8.self)
    let line = text.prefix { !$0.isNewline }
    guard !line.isEmpty else { throw UsageError("standard input is empty", path: path) }
    return String(line)
  }
}
