/// Makes other people's words safe to show on a terminal.
enum TerminalText {
  /// Replaces control characters but line breaks and tabs: they could move the cursor, retitle the window or worse.
  static func sanitised(_ text: String) -> String {
    var safe = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x09, 0x0A: safe.append(scalar)
      case 0...0x1F, 0x7F...0x9F: safe.append("\u{FFFD}")
      default: safe.append(scalar)
      }
    }
    return String(safe)
  }
}
