import Glibc
import HTTP
import Storage
import Testing

extension EndToEnd {
  /// The disk fails while the server runs: writes are refused in plain words, reads and live sockets go on, nothing is
  /// corrupt, and the server recovers by itself when the disk does.
  @Suite struct Faults {
    @Test(arguments: [
      ("disk full", ENOSPC, 507), ("write error", EIO, 503), ("read-only file system", EROFS, 503),
    ])
    func failingWritesAreRefusedAndRecover(name: String, code: Int32, status: Int) throws {
      let setting = try FaultSetting()
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
      try setting.type()
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
      let setting = try FaultSetting()
      setting.disk.failSyncs(EIO, of: .wal)
      let refused = try setting.tryToPost("fault 1")
      #expect(refused.status == 503, "\(refused.text)")
      setting.disk.failSyncs(0)
      let accepted = try setting.tryToPost("fault 2")
      #expect(accepted.status == 201, "\(accepted.text)")
      #expect(try setting.nonces() == ["fault 2"])
      try setting.checkIntegrity()
    }

    /// A write that takes less than it was given is no failure: the rest follows.
    @Test func shortWritesAreCompleted() throws {
      let setting = try FaultSetting()
      setting.disk.shortenWrites(true, of: [.wal, .database, .uploads])
      var accepted: [String] = []
      for number in 1...10 {
        let answer = try setting.tryToPost("fault \(number)")
        if answer.status == 201 {
          accepted.append("fault \(number)")
        } else {
          #expect([503, 507].contains(answer.status), "\(answer.text)")
        }
      }
      #expect(!accepted.isEmpty)
      let text = String(repeating: "short ", count: 50_000)
      let uploaded = try setting.server.client().upload(text, to: setting.place.workspace)
      setting.disk.shortenWrites(false)
      #expect(setting.disk.faults > 0)
      #expect(try setting.nonces() == accepted)
      #expect(try setting.client.request(.get, "/api/uploads/\(uploaded)").text == text)
      #expect(try setting.tryToPost("fault 11").status == 201)
      try setting.checkIntegrity()
    }

    @Test func aStalledSyncDelaysOnlyWrites() throws {
      let setting = try FaultSetting()
      setting.disk.stallSyncs(milliseconds: 60_000)
      let server = setting.server
      let place = setting.place
      let writer = try TestThreads(1) { _ in try server.client().post("slow", nonce: "fault slow", to: place.general) }
      _ = try eventually("the sync stalls") { setting.disk.faults > 0 ? true : nil }
      // Reads are answered although the write waits, so before its event.
      for _ in 1...20 {
        let page = try setting.client.call(.get, "/api/channels/\(place.general)/messages")
        #expect(page["messages"].elements.count == 20, "the write is not visible before it is on disk")
      }
      // The live socket goes on, too, with what needs no disk, and has nothing of the write.
      try setting.type()
      #expect(try setting.subscriber.next()?.type == "typing.started")
      setting.disk.stallSyncs(milliseconds: 0)
      try writer.join()
      _ = try setting.subscriber.expect("message.created")
      #expect(try setting.nonces() == ["fault slow"])
    }

    /// A checkpoint copies the log into the database and syncs it; when it can't, the log takes what comes meanwhile.
    @Test(arguments: ["full", "write error", "sync error"])
    func aFailingCheckpointDelaysNothing(fault: String) throws {
      let setting = try FaultSetting()
      let before = setting.databaseSize
      switch fault {
      case "full": setting.disk.failWrites(ENOSPC, of: .database)
      case "write error": setting.disk.failWrites(EIO, of: .database)
      default: setting.disk.failSyncs(EIO, of: .database)
      }
      let first = try setting.postUntil { _ in setting.disk.faults > 2 }
      #expect(first.refused.isEmpty, "\(first.refused.first?.text ?? "")")
      #expect(try setting.readPage().status == 200)
      if fault != "sync error" { #expect(setting.databaseSize == before) }
      setting.disk.failWrites(0)
      setting.disk.failSyncs(0)
      // The next commit copies all that the log has kept.
      #expect(try setting.tryToPost("fault after").status == 201)
      #expect(setting.databaseSize > 2 * before)
      #expect(try setting.nonces() == first.accepted + ["fault after"])
      try setting.checkIntegrity()
    }

    /// The log outgrows what its index in shared memory has room for, and the disk has none for more.
    @Test(arguments: [ENOSPC, EIO])
    func anIndexOfTheLogThatCantGrowIsRefusedAndRecovers(code: Int32) throws {
      let setting = try FaultSetting()
      // Without checkpoints the log grows beyond 4,096 pages, which the first part of the index has room for.
      setting.disk.failWrites(code, of: [.database, .shared])
      let first = try setting.postUntil { $0 > 20 }
      for refused in first.refused {
        #expect([503, 507].contains(refused.status) && refused.headers["Retry-After"] != nil, "\(refused.text)")
      }
      #expect(try setting.readPage().status == 200)
      try setting.type()
      let seen = try setting.subscriber.events { $0.type == "typing.started" }
      #expect(seen.filter { $0.type == "message.created" }.count == first.accepted.count)
      setting.disk.failWrites(0)
      #expect(try setting.tryToPost("fault after").status == 201)
      #expect(try setting.nonces() == first.accepted + ["fault after"])
      try setting.checkIntegrity()
    }

    /// The disk can't read: what needs it is told to come again, and everything goes on when it can.
    @Test(arguments: [FaultyDisk.Files.database, .wal, [.database, .wal]])
    func failingReadsAreRefusedAndRecover(files: FaultyDisk.Files) throws {
      let setting = try FaultSetting()
      // Enough for both files: what a checkpoint has copied, and what the log still has.
      _ = try setting.postUntil { _ in setting.databaseSize > 2 << 20 }
      var accepted = try setting.nonces()
      setting.disk.failReads(EIO, of: files)
      var refused = 0
      for number in 1...30 {
        // Each commit makes the readers forget the pages that they have read.
        let answer = try setting.tryToPost("fault again \(number)")
        if answer.status == 201 { accepted.append("fault again \(number)") }
        for answer in [answer, try setting.readPage(), try setting.client.request(.get, "/api/workspaces")]
        where answer.status >= 300 {
          refused += 1
          #expect(answer.status == 503 && answer.headers["Retry-After"] != nil, "\(answer.status) \(answer.text)")
          let message = try answer.json()["error"].text
          #expect(!message.isEmpty && !message.lowercased().contains("sqlite"), "\(message)")
        }
        #expect(try setting.client.request(.get, "/healthz").status == 200)
      }
      #expect(setting.disk.faults > 0 && refused > 0)
      setting.disk.failReads(0)
      #expect(try setting.readPage().status == 200)
      #expect(try setting.client.request(.get, "/readyz").status == 200)
      #expect(try setting.tryToPost("fault after").status == 201)
      #expect(try setting.nonces() == accepted + ["fault after"])
      // The subscriber lost nothing of what was committed meanwhile.
      let events = try setting.subscriber.events { $0.json["payload"]["nonce"].text == "fault after" }
      #expect(events.filter { $0.type == "message.created" }.count == accepted.count + 1)
      try setting.checkIntegrity()
    }

    @Test(arguments: [("write error", 503), ("sync error", 503), ("disk full", 507)])
    func anUploadThatTheDiskFailsIsRefusedAndLeavesNothing(fault: String, status: Int) throws {
      let setting = try FaultSetting()
      switch fault {
      case "write error": setting.disk.failWrites(EIO, of: .uploads)
      case "sync error": setting.disk.failSyncs(EIO, of: .uploads)
      default: setting.disk.failWrites(ENOSPC, of: .uploads)
      }
      let client = try setting.server.client()
      let refused = try client.sendUpload(String(repeating: "x", count: 200_000), to: setting.place.workspace)
      #expect(refused.status == status, "\(refused.text)")
      #expect(setting.disk.faults > 0)
      setting.disk.failWrites(0)
      setting.disk.failSyncs(0)
      _ = try eventually("no file is left") { try setting.uploadFiles().isEmpty ? true : nil }
      let again = try setting.server.client()
      let uploaded = try again.upload("works again", to: setting.place.workspace)
      #expect(try again.request(.get, "/api/uploads/\(uploaded)").text == "works again")
      let blobs = try setting.blobs()
      #expect(blobs.count == 1)
      #expect(try setting.uploadFiles() == blobs)
    }

    /// A server that was killed on a full disk starts, and lets people read; what it has to write itself waits.
    @Test(arguments: [ENOSPC, EIO]) func aStartOnADiskThatCantWriteLetsPeopleRead(code: Int32) throws {
      let first = try FaultSetting()
      try first.server.killHard()
      first.disk.failWrites(code, of: [.wal, .database])
      let server = try TestServer(in: first.directory, environment: first.disk.environment)
      let client = try server.client()
      let page = try client.call(.get, "/api/channels/\(first.place.general)/messages")
      #expect(page["messages"].elements.count == 20)
      #expect(try client.request(.get, "/readyz").status == 200)
      let json = "{\"body\":\"later\"}"
      let refused = try client.request(.post, "/api/channels/\(first.place.general)/messages", json: json)
      #expect(refused.status == (code == ENOSPC ? 507 : 503), "\(refused.text)")
      #expect(first.directory.read("server.log").contains("can't enqueue the jobs of the start"))
      first.disk.failWrites(0)
      #expect(try client.request(.post, "/api/channels/\(first.place.general)/messages", json: json).status == 201)
      let engine = try SQLiteEngine(directory: server.data)
      _ = try eventually("the jobs of this start are there") {
        let kinds = try engine.readOnce { db in try db.all("SELECT kind FROM jobs") { $0.text(0) } }
        return kinds.filter { $0 == "uploads.orphans" }.count == 2 ? true : nil
      }
    }

    /// A schema that can't be brought up to date is no schema to serve.
    @Test func aMigrationThatCantBeWrittenRefusesToStart() throws {
      let directory = try TestDirectory()
      let engine = try SQLiteEngine(directory: directory.path + "/data")
      let writer = try engine.openWriter()
      try Migrator(migrations: Array(Schema.migrations.prefix(7))).up(writer)
      let disk = try FaultyDisk(in: directory, forgets: false)
      disk.failWrites(ENOSPC, of: [.wal, .database])
      let process = try TestServer.spawn(in: directory, environment: disk.environment)
      #expect(try process.waitForExit() == 1)
      #expect(directory.read("server.log").contains("full"), "\(directory.read("server.log"))")
    }
  }
}
