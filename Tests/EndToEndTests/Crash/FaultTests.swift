import Glibc
import HTTP
import Storage
import Testing

extension EndToEnd {
  /// The disk fails while the server runs: writes are refused in plain words, reads and live sockets go on, nothing is
  /// corrupt, and the server recovers by itself when the disk does.
  @Suite struct Faults {
    private struct Setting {
      let directory: TestDirectory
      let disk: FaultyDisk
      let server: TestServer
      let place: TestServer.Place
      let client: HTTPClient
      let subscriber: WebSocketClient

      init() throws {
        directory = try TestDirectory()
        disk = try FaultyDisk(in: directory, forgets: false)
        server = try TestServer(in: directory, environment: disk.environment)
        place = try server.place()
        client = try server.client()
        for number in 1...20 { try client.post("before \(number)", nonce: "before \(number)", to: place.general) }
        let log = try client.call(.get, "/api/realtime/events?workspace_id=\(place.workspace)")["events"].elements
        subscriber = try WebSocketClient(
          port: server.port, workspace: place.workspace, after: log.last?["cursor"].text ?? "")
      }

      func tryToPost(_ nonce: String) throws -> Response {
        try client.request(
          .post, "/api/channels/\(place.general)/messages", json: "{\"body\":\"\(nonce)\",\"nonce\":\"\(nonce)\"}")
      }

      func nonces() throws -> [String] {
        try SQLiteEngine(directory: server.data).readOnce { db in
          var nonces: [String] = []
          try db.query("SELECT nonce FROM messages WHERE nonce LIKE 'fault %' ORDER BY pk", []) { row in
            nonces.append(row.text(0))
          }
          return nonces
        }
      }

      func checkIntegrity() throws {
        let verdict = try SQLiteEngine(directory: server.data).readOnce { db in
          try db.first("PRAGMA integrity_check", []) { $0.text(0) }
        }
        #expect(verdict == "ok")
      }
    }

    @Test(arguments: [
      ("disk full", ENOSPC, 507), ("write error", EIO, 503), ("read-only file system", EROFS, 503),
    ])
    func failingWritesAreRefusedAndRecover(name: String, code: Int32, status: Int) throws {
      let setting = try Setting()
      setting.disk.failWrites(code, of: [.wal, .database])
      for number in 1...5 {
        let refused = try setting.tryToPost("fault \(number)")
        #expect(refused.status == status, "\(name): \(refused.text)")
        let message = try refused.json()["error"].text
        #expect(!message.isEmpty && !message.lowercased().contains("sqlite"), "\(message)")
        #expect(refused.headers["Retry-After"] != nil)
        // Reads go on.
        let page = try setting.client.call(.get, "/api/channels/\(setting.place.general)/messages")
        #expect(page["messages"].elements.count == 20)
      }
      // The live socket is still there: an event that needs no disk arrives.
      _ = try setting.client.request(
        .post, "/api/realtime/ephemeral",
        json: """
          {"workspace_id":"\(setting.place.workspace)","channel_id":"\(setting.place.general)","type":"typing.started"}
          """)
      _ = try setting.subscriber.expect("typing.started")
      #expect(setting.disk.faults > 0)
      setting.disk.failWrites(0)
      let accepted = try setting.tryToPost("fault 6")
      #expect(accepted.status == 201, "\(accepted.text)")
      #expect(try setting.subscriber.expect("message.created").messageID == accepted.json()["message"]["id"].text)
      #expect(try setting.nonces() == ["fault 6"], "what was refused is not there")
      try setting.checkIntegrity()
    }

    @Test func aFailingSyncNeverAcknowledges() throws {
      let setting = try Setting()
      setting.disk.failSyncs(EIO, of: .wal)
      let refused = try setting.tryToPost("fault 1")
      #expect(refused.status == 503, "\(refused.text)")
      setting.disk.failSyncs(0)
      let accepted = try setting.tryToPost("fault 2")
      #expect(accepted.status == 201, "\(accepted.text)")
      #expect(try setting.nonces() == ["fault 2"])
      try setting.checkIntegrity()
    }

    @Test func shortWritesAreCompletedOrRefused() throws {
      let setting = try Setting()
      setting.disk.shortenWrites(true, of: [.wal, .database, .uploads])
      var accepted: [String] = []
      for number in 1...10 where try setting.tryToPost("fault \(number)").status == 201 {
        accepted.append("fault \(number)")
      }
      let uploaded = try? setting.client.upload(String(repeating: "short ", count: 50_000), to: setting.place.workspace)
      setting.disk.shortenWrites(false)
      #expect(setting.disk.faults > 0)
      #expect(try setting.nonces() == accepted)
      if let uploaded {
        let found = try setting.client.request(.get, "/api/uploads/\(uploaded)")
        #expect(found.text == String(repeating: "short ", count: 50_000))
      }
      #expect(try setting.tryToPost("fault 11").status == 201)
      try setting.checkIntegrity()
    }

    @Test func aStalledSyncDelaysOnlyWrites() throws {
      let setting = try Setting()
      setting.disk.stallSyncs(milliseconds: 3_000)
      let server = setting.server
      let place = setting.place
      let writer = try TestThreads(1) { _ in try server.client().post("slow", nonce: "fault slow", to: place.general) }
      _ = try eventually("the sync stalls") { setting.disk.faults > 0 ? true : nil }
      // Reads are answered although the write waits, so before its event.
      for _ in 1...20 {
        let page = try setting.client.call(.get, "/api/channels/\(place.general)/messages")
        #expect(page["messages"].elements.count == 20, "the write is not visible before it is on disk")
      }
      setting.disk.stallSyncs(milliseconds: 0)
      try writer.join()
      _ = try setting.subscriber.expect("message.created")
      #expect(try setting.nonces() == ["fault slow"])
    }

    @Test func anUploadOnAFullDiskIsRefusedAndLeavesNothing() throws {
      let setting = try Setting()
      setting.disk.failWrites(ENOSPC, of: .uploads)
      #expect(throws: TestFailure.self) {
        try setting.client.upload(String(repeating: "x", count: 200_000), to: setting.place.workspace)
      }
      setting.disk.failWrites(0)
      let client = try setting.server.client()
      let uploaded = try client.upload("fits again", to: setting.place.workspace)
      #expect(try client.request(.get, "/api/uploads/\(uploaded)").text == "fits again")
      let rows = try SQLiteEngine(directory: setting.server.data).readOnce { db in
        try db.first("SELECT count(*) FROM uploads", []) { $0.int(0) }
      }
      #expect(rows == 1)
    }
  }
}
