import Testing

@testable import Storage

@Suite struct BotScopesTests {
  @Test func bundlesAreExpandedSortedAndWithoutRepetition() throws {
    #expect(
      try BotScopes.expanded(["bot:read"]) == [
        "channels:read", "dms:read", "messages:read", "profile:read", "realtime:read", "threads:read",
        "workspaces:read",
      ])
    #expect(
      try BotScopes.expanded(["messages:write", "messages:read", "messages:read"]) == [
        "messages:read", "messages:write",
      ])
    #expect(
      try BotScopes.expanded(["bot:read, channels:write", "agent_activity:write"]) == [
        "agent_activity:write", "channels:read", "channels:write", "dms:read", "messages:read", "profile:read",
        "realtime:read", "threads:read", "workspaces:read",
      ])
  }

  @Test func nothingMeansWriting() throws {
    let standard = try BotScopes.expanded(["bot:write"])
    #expect(try BotScopes.expanded([]) == standard)
    #expect(try BotScopes.expanded(["", " , "]) == standard)
    #expect(standard.count == 12)
  }

  @Test func activityIsInNoBundle() throws {
    let admin = try BotScopes.expanded(["bot:admin"])
    #expect(admin.count == 13)
    #expect(!admin.contains("agent_activity:write"))
    #expect(BotScopes.all == Set(admin + ["agent_activity:write"]))
  }

  @Test(arguments: ["everything", "bot:root", "BOT:READ", "messages", "messages:read;"])
  func unknownNamesAreRefused(name: String) {
    expectRefusal(.invalid) { try BotScopes.expanded(["bot:read", name]) }
  }
}
