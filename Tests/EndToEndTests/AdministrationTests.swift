import FoundationEssentials
import HTTP
import Storage
import Synchronization
import Testing

extension EndToEnd {
  /// Commands on the data directory while the server runs.
  @Suite struct Administration {
    @Test func whatCommandsMakeIsVisibleToTheRunningServer() throws {
      let server = try TestServer()
      let place = try server.place()
      let socket = try WebSocketClient(port: server.port, workspace: place.workspace)
      let alice = try server.makeUser("alice", role: nil, in: place.workspace)
      let client = try server.client(user: alice)
      // The server remembers that she belongs nowhere, and must forget it.
      #expect(try client.call(.get, "/api/workspaces")["workspaces"].elements.isEmpty)
      #expect(throws: TestFailure.self) {
        try WebSocketClient(port: server.port, workspace: place.workspace, user: alice)
      }
      let added = try server.command([
        "admin", "member", "add", "--workspace", place.workspace, "--user", alice, "--role", "member",
      ])
      #expect(added.exitCode == 0, "\(added.errors)")
      _ = try eventually("alice is a member") {
        try client.call(.get, "/api/workspaces")["workspaces"].elements.count == 1 ? true : nil
      }
      let hers = try WebSocketClient(port: server.port, workspace: place.workspace, user: alice)
      let cursor = try client.post("I am here", to: place.general)["event"]["cursor"].text
      #expect(try hers.next()?.cursor == cursor)
      #expect(try socket.events { $0.cursor == cursor }.last?.cursor == cursor)

      let link = try server.command(["admin", "magic-link", "create", "--email", "alice@example.test"])
      #expect(link.exitCode == 0, "\(link.errors)")
      let secret = String(link.output.filter { !$0.isWhitespace })
      let anyone = try server.client()
      let consumed = try anyone.call(.post, "/api/auth/magic/consume", json: "{\"token\":\"\(secret)\"}")
      let session = try server.client(token: consumed["token"].text)
      #expect(try session.call(.get, "/api/me")["user"]["id"].text == alice)
      #expect(try anyone.request(.post, "/api/auth/magic/consume", json: "{\"token\":\"\(secret)\"}").status >= 400)
    }

    @Test func aBackupUnderLoadIsWholeAndOpens() throws {
      let server = try TestServer()
      let place = try server.place()
      let isOver = Flag()
      let acknowledged = Counter()
      let writers = try TestThreads(4) { writer in
        let client = try server.client()
        var number = 0
        while !isOver.value {
          try client.post("w\(writer)n\(number)", to: place.general)
          acknowledged.add()
          number += 1
        }
      }
      _ = try eventually("there is load") { acknowledged.value >= 150 ? true : nil }
      let before = acknowledged.value
      let path = server.directory.path + "/copy/clickclack.db"
      _ = try SQLiteEngine(directory: server.directory.path + "/copy")
      let backup = try server.command(["backup", "--out", path])
      let export = try server.command(["export", "--out", server.directory.path + "/export.json"])
      isOver.set()
      try writers.join()
      #expect(backup.exitCode == 0, "\(backup.errors)")
      try SQLiteEngine(directory: server.directory.path + "/copy").readOnce { db in
        #expect(try db.first("PRAGMA quick_check", []) { $0.text(0) } == "ok")
        let messages = try db.first("SELECT count(*) FROM messages", []) { $0.int(0) } ?? 0
        #expect(messages >= before && messages <= acknowledged.value)
        #expect(try db.first("SELECT count(*) FROM events", []) { $0.int(0) } == messages)
      }
      #expect(try server.command(["backup", "--out", path]).exitCode == 1, "a backup replaced a file")
      #expect(export.exitCode == 0, "\(export.errors)")
      let exported = try JSONDecoder().decode(JSONValue.self, from: Data(server.directory.read("export.json").utf8))
      guard case .object(let parts) = exported else { throw TestFailure("the export is no object") }
      #expect(!parts.isEmpty)
      #expect(server.directory.read("export.json").contains("\"w0n0\""))
      // The copy serves.
      let directory = try TestDirectory()
      try FileManager.default.createDirectory(atPath: directory.path + "/data", withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: path, toPath: directory.path + "/data/clickclack.db")
      let restored = try TestServer(in: directory)
      #expect(try restored.place().general == place.general)
      let page = try restored.client().call(.get, "/api/channels/\(place.general)/messages")
      #expect(page["messages"].elements.count == 100)
    }

    private final class Flag: Sendable {
      private let state = Atomic<Bool>(false)
      var value: Bool { state.load(ordering: .relaxed) }
      func set() { state.store(true, ordering: .relaxed) }
    }

    private final class Counter: Sendable {
      private let state = Atomic<Int>(0)
      var value: Int { state.load(ordering: .relaxed) }
      func add() { state.add(1, ordering: .relaxed) }
    }
  }
}
