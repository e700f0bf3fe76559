import Foundation
import Testing

@testable import HTTP

/// Every operation against every kind of caller: what the table says is what the handlers do, and the table is in the
/// documentation.
@Suite struct AuthorizationTests {
  @Test func everyOperationHasARule() {
    let ruled = Set(AuthorizationRule.all.map(\.operation))
    let operations = Set(API.endpoints.map(\.operation))
    for operation in operations.subtracting(ruled).sorted() {
      Issue.record("\(operation) has no line in AuthorizationRules.swift")
    }
    #expect(ruled.subtracting(operations) == [])
    for rule in AuthorizationRule.all {
      #expect(
        rule.expected.count == AuthorizationCaller.allCases.count && !rule.expected.contains { $0 == nil },
        "\(rule.operation) needs one cell for each caller")
    }
  }

  @Test func everyCallerIsAnsweredAsTheTableSays() async throws {
    let fixture = try await AuthorizationFixture()
    for rule in AuthorizationRule.all {
      let endpoint = try #require(API.endpoints.first { $0.operation == rule.operation })
      var statuses: [Int] = []
      for caller in AuthorizationCaller.allCases {
        statuses.append(try await fixture.outcome(of: rule, endpoint, for: caller))
      }
      let found = statuses.map { AuthorizationOutcome(status: $0, allowed: rule.allowed) }
      #expect(
        found == rule.expected,
        "\(rule.operation)|\(rule.situation)|\(String(found.map { $0?.rawValue ?? "?" }))|\(statuses)")
    }
    try await fixture.end()
  }

  @Test func theDocumentationShowsTheTable() throws {
    let file = DocumentationTests.root.appending(path: "docs/authorization.md")
    let table = Self.table()
    if ProcessInfo.processInfo.environment["CLICKCLACK_WRITE_DOCUMENTATION"] == "1" {
      try table.write(to: file, atomically: true, encoding: .utf8)
    }
    let written = try String(contentsOf: file, encoding: .utf8)
    #expect(
      written == table,
      "run this test once with CLICKCLACK_WRITE_DOCUMENTATION=1 and read what changes in docs/authorization.md")
  }

  private static func table() -> String {
    let callers = AuthorizationCaller.allCases.map(\.rawValue)
    var text = """
      # Who may do what

      Every operation against every kind of caller, as a test finds it on a database with one of each: "yes" is done, 401
      sign in first, 403 known and not for this caller, 404 not for this caller to know. The table is made from
      `Tests/HTTPTests/Authorization/AuthorizationRules.swift`, in which every operation must have a line;
      `AuthorizationTests` sends a real request for each cell.

      The owner is the first user, and so an administrator of the server, too. The guest belongs to the waiting room, the
      outsider and the foreign bot to another workspace. The admin bot has every
      scope, the write bot `bot:write`, the read bot `bot:read`, the bare bot only `agent_activity:write`; the owned bot is
      the member's and has `bot:write`. Where it matters, the second column says what the operation is tried on;
      everything else is in the channel `general`, by somebody else.

      | operation | on | \(callers.joined(separator: " | ")) |
      |\(String(repeating: "---|", count: callers.count + 2))

      """
    for rule in AuthorizationRule.all {
      let cells = rule.expected.map { $0?.text ?? "?" }.joined(separator: " | ")
      text += "| `\(rule.operation)` | \(rule.situation) | \(cells) |\n"
    }
    return text
  }
}
