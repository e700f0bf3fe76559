/// Why an answer of an authenticator is not accepted.
struct WebAuthnError: Error, Equatable, CustomStringConvertible {
  /// What is wrong, in plain words.
  let description: String

  init(_ description: String) { self.description = description }
}
