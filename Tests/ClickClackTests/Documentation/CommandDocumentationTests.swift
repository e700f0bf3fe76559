import Foundation
import Testing

@testable import clickclack

/// docs/cli.md is written for people, but its tables must be the declared commands and exit codes.
@Suite struct CommandDocumentationTests {
  private static let document: String = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return (try? String(contentsOf: root.appending(path: "docs/cli.md"), encoding: .utf8)) ?? ""
  }()

  /// The lines of the tables of a section.
  private func table(_ section: String) throws -> [String] {
    let parts = Self.document.components(separatedBy: "\n## \(section)\n")
    try #require(parts.count == 2, "docs/cli.md needs one section '\(section)'")
    return parts[1].components(separatedBy: "\n## ")[0].components(separatedBy: "\n").filter { $0.hasPrefix("|") }
  }

  @Test func theCommandsAreTheDeclaredOnes() throws {
    let shared = Set((SettingOptions.client.declarations + [.plain]).map(\.name))
    var lines = ["| command | what it does | its own options |", "|---|---|---|"]
    for (path, command) in CommandTable.client.flatMap({ $0.flattened() }) where command.action != nil {
      let words = (path + command.positionals.map(\.usage)).joined(separator: " ")
      let own = command.options.filter { !shared.contains($0.name) }.map { option in
        "`--\(option.name)\(option.valueName.map { " <\($0)>" } ?? "")`"
      }
      lines.append("| `\(words)` | \(command.summary) | \(own.joined(separator: " ")) |")
    }
    #expect(try table("Commands") == lines, "\(lines.joined(separator: "\n"))")
  }

  @Test func theExitCodesAreTheDeclaredOnes() throws {
    var lines = ["| code | meaning |", "|---|---|"]
    for code in ExitCode.allCases { lines.append("| \(code.rawValue) | \(code.meaning) |") }
    #expect(try table("Exit codes") == lines, "\(lines.joined(separator: "\n"))")
  }
}
