/// What one check of `clickclack doctor` found.
struct Finding: Equatable, Sendable {
  enum Severity: String, Sendable {
    /// As it should be.
    case ok
    /// Works, and an operator should know.
    case warning
    /// Loses data, or keeps the server from working.
    case problem
    /// Was wrong and is mended now.
    case fixed
  }

  let severity: Severity
  /// What was looked at, in a word or two.
  let check: String
  /// What was found, and what to do about it.
  let text: String

  static func ok(_ check: String, _ text: String) -> Finding { Finding(severity: .ok, check: check, text: text) }
  static func warning(_ check: String, _ text: String) -> Finding {
    Finding(severity: .warning, check: check, text: text)
  }
  static func problem(_ check: String, _ text: String) -> Finding {
    Finding(severity: .problem, check: check, text: text)
  }
  static func fixed(_ check: String, _ text: String) -> Finding { Finding(severity: .fixed, check: check, text: text) }

  var line: String { "\(severity.rawValue)\t\(check)\t\(text)" }
}
