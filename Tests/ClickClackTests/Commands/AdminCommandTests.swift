import Foundation
import Storage
import Testing

@testable import clickclack

/// The commands on real database files.
@Suite struct AdminCommandTests {
  private func withDirectory(_ body: (String) async throws -> Void) async throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "clickclack-\(UUID().uuidString)").path()
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    try await body(directory)
    try FileManager.default.removeItem(atPath: directory)
  }

  @Test func peopleBotsAndTokens() async throws {
    try await withDirectory { directory in
      let data = ["--data", directory + "/data"]
      let captain = await CommandRun(["admin", "bootstrap"] + data)
      #expect(captain.output.hasPrefix("usr_"))
      #expect(await CommandRun(["admin", "bootstrap", "--name", "Nobody"] + data).output == captain.output)
      let captainID = captain.output.dropLast()
      let ari = await CommandRun(["admin", "user", "create", "--name", "Ari", "--email", "Ari@Example.test"] + data)
      let ariID = String(ari.output.dropLast())
      let member = ["admin", "member", "add", "--workspace", "clickclack", "--created-by", "\(captainID)"] + data
      let added = await CommandRun(member + ["--email", "ari@EXAMPLE.test"])
      #expect(added.output.hasPrefix("wsp_") && added.output.hasSuffix("\t\(ariID)\tmember added\n"))
      let again = await CommandRun(member + ["--user", ariID, "--role", "moderator"])
      #expect(again.exitCode == 0 && again.output.hasSuffix("already a member\n"))
      #expect(await CommandRun(member).exitCode == 64)
      #expect(await CommandRun(member + ["--user", ariID, "--email", "x@y.test"]).exitCode == 64)
      #expect(await CommandRun(member + ["--user", "usr_nope"]).exitCode == 1)
      let bot = ["admin", "bot", "create", "--workspace", "clickclack", "--name", "Bot"] + data
      #expect(await CommandRun(bot + ["--created-by", "\(captainID)", "--plain"]).output.hasPrefix("ccb_"))
      let owned = await CommandRun(bot + ["--created-by", ariID, "--owner", ariID, "--scopes", "bot:read"])
      let json = try JSONSerialization.jsonObject(with: Data(owned.output.utf8)) as? [String: Any]
      #expect(json.map { Set($0.keys) } == ["bot", "bot_token", "token"])
      #expect(
        await CommandRun(["admin", "magic-link", "create", "--email", "ari@example.test"] + data).output.hasPrefix(
          "mgt_"))
      #expect(
        await CommandRun(["admin", "invite", "create", "--workspace", "clickclack"] + data).output.hasPrefix("tok_"))
      #expect(await CommandRun(["admin", "events", "prune", "--older-than", "30d"] + data).output == "0\n")
      #expect(await CommandRun(["admin", "events", "prune", "--older-than", "106751992d"] + data).output == "0\n")
      #expect(await CommandRun(["admin", "events", "prune", "--older-than", "soon"] + data).exitCode == 64)
    }
  }

  @Test func aMistypedDirectoryIsNotMade() async throws {
    try await withDirectory { directory in
      for words in [
        ["admin", "user", "create", "--name", "A"], ["admin", "invite", "create", "--workspace", "w"],
        ["migrate", "status"], ["backup", "--out", directory + "/b.db"],
      ] {
        let run = await CommandRun(words + ["--data", directory + "/typo"])
        #expect(run.exitCode == 1, "\(words)")
        #expect(run.errors == "error: there is no database at \(directory)/typo/clickclack.db\n")
      }
      let made = try FileManager.default.contentsOfDirectory(atPath: directory)
      #expect(made.isEmpty)
    }
  }

  @Test func migratingTwiceChangesNothing() async throws {
    try await withDirectory { directory in
      let data = ["--data", directory]
      let first = await CommandRun(["migrate"] + data)
      #expect(first.output.hasPrefix("applied 1 "))
      #expect(await CommandRun(["migrate", "up"] + data).output == "the schema is up to date\n")
      let status = await CommandRun(["migrate", "status"] + data)
      #expect(status.output.split(separator: "\n").count == first.output.split(separator: "\n").count)
      #expect(!status.output.contains("pending"))
    }
  }

  @Test func anOlderSchemaIsNotWritten() async throws {
    try await withDirectory { directory in
      let database = try SQLiteEngine(directory: directory).openWriter()
      try Migrator(migrations: []).up(database)
      let run = await CommandRun(["admin", "user", "create", "--name", "A", "--data", directory])
      #expect(run.exitCode == 1 && run.errors.contains("run 'clickclack migrate' first"))
    }
  }

  @Test func backupsNeverOverwrite() async throws {
    try await withDirectory { directory in
      let data = ["--data", directory]
      let user = await CommandRun(["admin", "bootstrap"] + data).output.dropLast()
      let target = directory + "/copy.db"
      #expect(await CommandRun(["backup"] + data).exitCode == 64)
      #expect(await CommandRun(["backup", "--out", target] + data).exitCode == 0)
      #expect(await CommandRun(["backup", "--out", target] + data).exitCode == 1)
      let copy = try SQLiteConnection(path: target, readOnly: true)
      let isCopied = try copy.exists("SELECT 1 FROM users WHERE id = ?1", [.text(String(user))])
      #expect(isCopied)
      #expect(await CommandRun(["backup", "--out", directory + "/no/such/copy.db"] + data).exitCode == 1)
    }
  }

  @Test func configAndVersionPrint() async {
    #expect(await CommandRun(["version"]).output.hasPrefix("clickclack "))
    #expect(await CommandRun(["--version"]).output.hasPrefix("clickclack "))
    let config = await CommandRun(["config", "--loops=3"])
    #expect(config.exitCode == 0)
    #expect(config.output.split(separator: "\n").contains { $0.hasPrefix("loops ") && $0.hasSuffix("--loops") })
    #expect(await CommandRun(["config", "--config", "/nonexistent.toml"]).exitCode == 66)
    #expect(await CommandRun(["serve", "--help"]).output.hasPrefix("OVERVIEW: Run the server."))
    #expect(await CommandRun([]).exitCode == 64)
  }
}
