import Testing

extension EndToEnd {
  /// Input that no well-meaning client sends.
  @Suite(.serialized) enum Hostile {}
}
