import Glibc

/// One live line on standard error, rewritten twice a second; silent when that is not a terminal.
final class Progress {
  private static let intervalSeconds = 0.5

  private let isEnabled: Bool
  private var shownAt: UInt64 = 0

  init(isEnabled: Bool = isatty(STDERR_FILENO) == 1) {
    self.isEnabled = isEnabled
  }

  /// Shows a line, unless the last one is too recent; the text is only made when it is shown.
  func show(_ text: () -> String) {
    guard isEnabled else { return }
    let now = Clock.now()
    guard now - shownAt >= UInt64(seconds: Self.intervalSeconds) else { return }
    shownAt = now
    Output.error("\r\u{1B}[K\(text())")
  }

  func clear() {
    if isEnabled { Output.error("\r\u{1B}[K") }
  }
}

/// The process's standard streams, unbuffered.
enum Output {
  static func line(_ text: String) {
    write(text + "\n", to: STDOUT_FILENO)
  }

  static func error(_ text: String) {
    write(text, to: STDERR_FILENO)
  }

  private static func write(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      bytes = bytes.dropFirst(count)
    }
  }
}
