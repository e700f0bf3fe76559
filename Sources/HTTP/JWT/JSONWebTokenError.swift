/// Why a token or a key is not accepted.
struct JSONWebTokenError: Error, Equatable, CustomStringConvertible {
  /// What is wrong, in plain words that reveal nothing of the token.
  let description: String

  init(_ description: String) { self.description = description }
}
