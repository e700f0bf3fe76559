import Glibc

/// Asks for a password at the terminal of the process, which does not show what is typed.
enum TerminalSecret {
  private static let bytesMax = 4096

  /// Blocks until a line is entered. Without the terminal's own line editing no signal can end the process while the
  /// terminal is silent: interrupt, end of file, erase and kill are handled here.
  ///
  /// - Throws: `CommandFailure` without a terminal, or when the person gives up.
  static func read(prompt: String) throws(CommandFailure) -> String {
    let terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard terminal >= 0 else {
      throw CommandFailure("there is no terminal to ask at: use '--password-stdin'", exitCode: .usage)
    }
    defer { close(terminal) }
    var usual = termios()
    guard tcgetattr(terminal, &usual) == 0 else { throw FileReading.failure("ask at", "the terminal") }
    var silent = usual
    silent.c_lflag &= ~tcflag_t(ECHO | ECHONL | ICANON | ISIG | IEXTEN)
    guard tcsetattr(terminal, TCSAFLUSH, &silent) == 0 else { throw FileReading.failure("ask at", "the terminal") }
    defer {
      tcsetattr(terminal, TCSAFLUSH, &usual)
      // The line end that was typed was not shown either.
      _ = write(terminal, "\n", 1)
    }
    try FileWriting.write(Array(prompt.utf8), toDescriptor: terminal, name: "the terminal")
    return try readLine(terminal)
  }

  private static func readLine(_ terminal: Int32) throws(CommandFailure) -> String {
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while true {
      let count = Glibc.read(terminal, &byte, 1)
      if count < 0 && errno == EINTR { continue }
      guard count == 1 else { throw FileReading.failure("read from", "the terminal") }
      switch byte {
      case 0x0A, 0x0D: return try text(bytes)
      case 0x03: throw CommandFailure("", exitCode: .interrupted)
      case 0x04:
        guard !bytes.isEmpty else { throw CommandFailure("", exitCode: .interrupted) }
        return try text(bytes)
      case 0x08, 0x7F:
        // Of a character of several bytes, all of them go.
        while let last = bytes.popLast(), last & 0xC0 == 0x80 {}
      case 0x15: bytes = []
      default:
        guard bytes.count < bytesMax else { throw CommandFailure("the password is too long", exitCode: .usage) }
        bytes.append(byte)
      }
    }
  }

  private static func text(_ bytes: [UInt8]) throws(CommandFailure) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw CommandFailure("the password is not UTF-8 text", exitCode: .usage)
    }
    return text
  }
}
