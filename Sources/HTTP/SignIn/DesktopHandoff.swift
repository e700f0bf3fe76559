import Storage

/// The ways in which a desktop client collects its session. They differ in the form of the code.
enum DesktopProtocol: String, Sendable {
  /// A code of 32 hexadecimal digits.
  case first = "1"
  /// A code of 43 characters of URL-safe base 64.
  case second = "2"

  /// A new code.
  /// - Throws: `StoreError.unavailable` when the system has no randomness.
  func makeCode() throws(StoreError) -> String {
    switch self {
    case .first: try RandomSecret.hexadecimal()
    case .second: try RandomSecret.text()
    }
  }

  /// Whether a text has the form of a code of either kind.
  static func isCode(_ text: String) -> Bool {
    Base64URL.isText(text, count: RandomSecret.textCount...RandomSecret.textCount)
      || (text.utf8.count == 32 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
  }
}

/// A session that waits for its desktop client. It is only begun when the client shows the verifier.
struct DesktopHandoff: Sendable {
  /// How long the client has, from the moment the browser opens it.
  static let lifetime = Duration.seconds(120)

  /// Whose session it will be.
  let userID: UserID
  /// What the client showed at the beginning.
  let challenge: String

  /// Opens the desktop client with its code.
  static func url(code: String) -> String { "clickclack://auth/github?code=\(code)" }
}
