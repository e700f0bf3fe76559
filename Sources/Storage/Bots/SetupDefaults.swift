/// What an agent should be set up with besides its token; handed over unchanged with it.
public struct SetupDefaults: Sendable, Decodable, JSONWritable {
  /// Code points of a text at most.
  static let scalarsMax = 256
  /// Entries of `allowFrom` at most.
  static let allowFromMax = 500

  var defaultTo: String?
  var allowFrom: [String]?
  var agentActivity: Bool?

  /// None.
  public init() {}

  /// The same, trimmed and without repetitions.
  /// - Parameter scopes: Agent activity takes the scope `agent_activity:write`.
  /// - Throws: `StoreError.invalid`.
  func validated(scopes: [String]) throws(StoreError) -> SetupDefaults {
    var result = SetupDefaults()
    if let defaultTo = MessageText.optional(defaultTo) {
      guard defaultTo.unicodeScalars.count <= Self.scalarsMax else {
        throw .invalid("defaultTo is longer than \(Self.scalarsMax) characters")
      }
      result.defaultTo = defaultTo
    }
    if let allowFrom {
      guard allowFrom.count <= Self.allowFromMax else {
        throw .invalid("allowFrom has more than \(Self.allowFromMax) entries")
      }
      var seen: Set<String> = []
      var entries: [String] = []
      for text in allowFrom {
        let entry = PlainText.trimmed(text)
        guard entry.unicodeScalars.count <= Self.scalarsMax else {
          throw .invalid("an entry of allowFrom is longer than \(Self.scalarsMax) characters")
        }
        if !entry.isEmpty, seen.insert(entry).inserted { entries.append(entry) }
      }
      result.allowFrom = entries
    }
    if let agentActivity {
      guard !agentActivity || scopes.contains("agent_activity:write") else {
        throw .invalid("agentActivity needs the scope agent_activity:write")
      }
      result.agentActivity = agentActivity
    }
    return result
  }

  /// Writes the contract's BotSetupCodeClaimDefaults object.
  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("defaultTo", ifPresent: defaultTo)
      if let allowFrom { json.field("allowFrom", allowFrom) }
      if let agentActivity { json.field("agentActivity", agentActivity) }
    }
  }
}
