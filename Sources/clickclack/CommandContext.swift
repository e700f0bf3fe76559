import Glibc

/// What a command may touch besides its arguments: the environment and the standard streams.
struct CommandContext: Sendable {
  var environment: [String: String]
  /// Reads everything from standard input, at most the given number of bytes.
  var readInput: @Sendable (_ bytesMax: Int) throws -> [UInt8]
  /// Writes to standard output exactly what it is given.
  var print: @Sendable (String) throws -> Void
  /// Whether standard output is a terminal, where control characters would act.
  var isTerminal = false
  /// Writes one line to standard error.
  var warn: @Sendable (String) -> Void
  /// Shows how far something is in place of what was shown before, and nothing in the end; absent if nobody watches.
  var progress: (@Sendable (String) -> Void)?
  /// Asks for a password without showing it.
  var readSecret: @Sendable (_ prompt: String) throws -> String = { prompt in
    try TerminalSecret.read(prompt: prompt)
  }

  /// The process's own environment and streams.
  static let process = CommandContext(
    environment: environmentOfProcess(),
    readInput: { bytesMax in
      try FileReading.contents(ofDescriptor: STDIN_FILENO, name: "standard input", bytesMax: bytesMax)
    },
    print: { text in try FileWriting.write(Array(text.utf8), toDescriptor: STDOUT_FILENO, name: "standard output") },
    isTerminal: isatty(STDOUT_FILENO) == 1,
    warn: { line in writeError((isErrorTerminal ? TerminalText.sanitised(line) : line) + "\n") },
    progress: isErrorTerminal ? showProgress : nil)

  private static let isErrorTerminal = isatty(STDERR_FILENO) == 1

  @Sendable private static func showProgress(_ text: String) {
    writeError("\r\u{1B}[K" + TerminalText.sanitised(text))
  }

  @Sendable private static func writeError(_ text: String) {
    // Standard error is the last resort: where it fails there is nobody left to tell.
    _ = Result { try FileWriting.write(Array(text.utf8), toDescriptor: STDERR_FILENO, name: "standard error") }
  }

  /// Text from elsewhere as it may be printed: exact for programs, harmless on a terminal.
  func displayed(_ text: String) -> String { isTerminal ? TerminalText.sanitised(text) : text }

  /// Reads the configuration file, if one is named, and resolves every setting.
  ///
  /// - Throws: `ConfigurationError`, or `CommandFailure` if the file cannot be read.
  func configuration(_ options: SettingOptions, _ arguments: ParsedArguments) throws -> ResolvedConfiguration {
    var file: ConfigurationResolver.File?
    if let path = ConfigurationResolver.filePath(arguments: arguments, environment: environment) {
      let bytes = try FileReading.contents(ofFile: path, bytesMax: ConfigurationFileLimits.bytesMax)
      file = ConfigurationResolver.File(path: path, bytes: bytes)
    }
    return try ConfigurationResolver.resolve(
      flags: options.settings, arguments: arguments, environment: environment, file: file)
  }

  private static func environmentOfProcess() -> [String: String] {
    var variables: [String: String] = [:]
    var entry = environ
    while let text = entry.pointee {
      let pair = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if pair.count == 2 { variables[String(pair[0])] = String(pair[1]) }
      entry += 1
    }
    return variables
  }
}
