import Glibc
import Storage
import Testing

extension EndToEnd {
  /// Somebody moves or removes the database's files under the running server: nothing is acknowledged any more that a
  /// restart would lose, and the log says what happened.
  @Suite struct LostFiles {
    private let directory: TestDirectory
    private let server: TestServer
    private let place: TestServer.Place
    private var database: String { server.data + "/clickclack.db" }

    init() throws {
      directory = try TestDirectory()
      server = try TestServer(in: directory)
      place = try server.place()
      for number in 1...20 { try server.client().post("message \(number)", nonce: "\(number)", to: place.general) }
    }

    private func tryToPost(_ nonce: String) throws -> Response {
      try server.client().request(
        .post, "/api/channels/\(place.general)/messages", json: "{\"body\":\"late\",\"nonce\":\"\(nonce)\"}")
    }

    private func expectRefusal() throws {
      // Not even the first write, before any timer looks, is acknowledged.
      let refused = try tryToPost("lost")
      #expect(refused.status == 503 && refused.headers["Retry-After"] != nil, "\(refused.text)")
      #expect(refused.text.contains("lost its data files"), "\(refused.text)")
      #expect(try server.client().request(.get, "/readyz").status == 503)
      #expect(try server.client().request(.get, "/healthz").status == 200)
      _ = try eventually("the log says it") {
        directory.read("server.log").contains("moved, replaced, removed or cut while the server uses them") ? true : nil
      }
      // What is open can still be read.
      let page = try server.client().call(.get, "/api/channels/\(place.general)/messages")
      #expect(page["messages"].elements.count == 20)
    }

    @Test(arguments: [["-wal"], ["-shm"], ["-wal", "-shm"]])
    func whatTheLogHeldIsSavedAndTheRestIsRefused(suffixes: [String]) throws {
      for suffix in suffixes { #expect(unlink(database + suffix) == 0) }
      try expectRefusal()
      #expect(directory.read("server.log").contains("Nothing that was acknowledged is lost"))
      server.process.send(signal: SIGTERM)
      #expect(try server.process.waitForExit() == 0)
      let again = try TestServer(in: directory)
      let nonces = try SQLiteEngine(directory: again.data).readOnce { db in
        try db.all("SELECT nonce FROM messages WHERE nonce IS NOT NULL ORDER BY pk") { $0.text(0) }
      }
      #expect(Array(nonces.prefix(20)) == (1...20).map { "\($0)" })
      try again.client().post("usable", to: place.general)
    }

    @Test func aDatabaseThatIsGoneIsNoticed() throws {
      for suffix in ["", "-wal", "-shm"] { #expect(unlink(database + suffix) == 0) }
      // Nobody writes: the server looks by itself.
      _ = try eventually("it is noticed") {
        try server.client().request(.get, "/readyz").status == 503 ? true : nil
      }
      try expectRefusal()
      server.process.send(signal: SIGTERM)
      #expect(try server.process.waitForExit() == 0)
    }

    @Test func aDatabaseThatIsReplacedIsNoticed() throws {
      let copy = directory.path + "/copy.db"
      #expect(try server.command(["backup", "--out", copy]).exitCode == 0)
      #expect(rename(copy, database) == 0)
      try expectRefusal()
    }

    /// What came after would stand behind a hole, and a restart find nothing of it.
    @Test(arguments: ["-wal", ""]) func aFileThatIsCutIsNoticed(suffix: String) throws {
      #expect(truncate(database + suffix, 0) == 0)
      #expect(try tryToPost("lost").status == 503)
      #expect(try server.client().request(.get, "/readyz").status == 503)
      _ = try eventually("the log says it") {
        directory.read("server.log").contains("or cut while the server uses them (\(database)\(suffix))") ? true : nil
      }
      try server.killHard()
      if suffix.isEmpty {
        #expect(try TestServer.spawn(in: directory).waitForExit() == 1)
        #expect(directory.read("server.log").contains("is empty, but its log"))
      } else {
        let doctor = try server.command(["doctor"])
        #expect(doctor.exitCode == 0 && doctor.output.contains("ok\tintegrity\t"), "\(doctor.output)")
      }
    }

    /// Another program copies the log to the database and starts it over, which is no loss.
    @Test func aLogThatWasStartedOverIsNoLoss() throws {
      let other = try SQLiteEngine(directory: server.data).openWriter()
      for round in 1...3 {
        let size = try #require(fileSize(database + "-wal"))
        try other.script("PRAGMA wal_checkpoint(TRUNCATE)")
        #expect(try #require(fileSize(database + "-wal")) < size)
        #expect(try tryToPost("round \(round)").status == 201)
      }
      try other.script("DELETE FROM events; VACUUM; PRAGMA wal_checkpoint(TRUNCATE)")
      #expect(try tryToPost("vacuumed").status == 201)
      #expect(try server.client().request(.get, "/readyz").status == 200)
      #expect(!directory.read("server.log").contains("while the server uses them"))
    }

    @Test func aDirectoryThatComesBackIsTakenUpAgain() throws {
      let socket = try WebSocketClient(port: server.port, workspace: place.workspace)
      for _ in 1...20 { _ = try socket.expect("message.created") }
      let away = directory.path + "/away"
      #expect(rename(server.data, away) == 0)
      try expectRefusal()
      #expect(rename(away, server.data) == 0)
      _ = try eventually("it is ready again") {
        try server.client().request(.get, "/readyz").status == 200 ? true : nil
      }
      let posted = try tryToPost("back")
      #expect(posted.status == 201)
      let seen = try socket.events { $0.json["payload"]["nonce"].text == "back" }
      let stored = try SQLiteEngine(directory: server.data).readOnce { db in
        try db.first("SELECT count(*) FROM messages WHERE nonce IN ('lost', 'back')", []) { $0.int(0) }
      }
      // Whatever is stored was announced, once.
      #expect(seen.filter { $0.type == "message.created" }.count == stored.map { Int($0) })
      #expect(directory.read("server.log").contains("back in their place"))
    }
  }
}
