/// What bot tokens may be allowed to do.
public enum BotScopes {
  private static let read: Set<String> = [
    "channels:read", "dms:read", "messages:read", "profile:read", "realtime:read", "threads:read", "workspaces:read",
  ]
  private static let write = read.union([
    "commands:write", "dms:write", "messages:write", "threads:write", "uploads:write",
  ])
  private static let admin = write.union(["channels:write"])

  /// Names for several scopes at once. `agent_activity:write` is in none: it has to be asked for.
  private static let bundles = ["bot:read": read, "bot:write": write, "bot:admin": admin]

  /// Every single scope.
  public static let all = admin.union(["agent_activity:write"])

  /// What a token gets that asks for nothing.
  public static let standard = "bot:write"

  /// The single scopes of a request, in order and without repetition.
  /// - Parameter requested: Scopes and bundles; each text may name several, separated by commas or spaces. None means
  ///   `standard`.
  /// - Throws: `StoreError.invalid` for an unknown name.
  public static func expanded(_ requested: [String]) throws(StoreError) -> [String] {
    var result: Set<String> = []
    for text in requested {
      for name in text.split(whereSeparator: { $0 == "," || $0.isWhitespace }).map(String.init) {
        if let bundle = bundles[name] {
          result.formUnion(bundle)
        } else if all.contains(name) {
          result.insert(name)
        } else {
          throw .invalid("unknown scope \(PlainText.prefix(name, bytesMax: 64))")
        }
      }
    }
    if result.isEmpty { return write.sorted() }
    return result.sorted()
  }

  /// Scopes as a column holds them.
  static func stored(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }
}
