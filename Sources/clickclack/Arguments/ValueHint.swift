/// What a shell may propose for the value of an option or an argument.
enum ValueHint: Equatable, Sendable {
  /// Nothing: only the person knows.
  case text
  case files
  case words([String])
}
