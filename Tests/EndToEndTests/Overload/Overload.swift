import Testing

extension EndToEnd {
  /// More of everything than the server can take. Sizes are those of an ordinary run; `OVERLOAD_CONNECTIONS` asks for
  /// more, up to what the limit of open files allows.
  @Suite(.serialized) enum Overload {
    static let connections = environmentNumber("OVERLOAD_CONNECTIONS").map(Int.init) ?? 500
    /// Whether the sizes are those at which times mean something.
    static var isFullSize: Bool { connections >= 2_000 }

    /// Prints what was measured, for docs/reliability.md.
    static func report(_ line: String) { print("overload: \(line)") }
  }
}
