import Glibc
import HTTP
import Storage
import Testing

extension EndToEnd {
  /// Starting, stopping, and starting where something is in the way.
  @Suite struct Lifecycle {
    /// A WebSocket and an event stream that have received a message.
    private func subscribers(
      of server: TestServer, _ place: TestServer.Place
    ) throws -> (socket: WebSocketClient, stream: EventStreamClient) {
      let socket = try WebSocketClient(port: server.port, workspace: place.workspace)
      let stream = try EventStreamClient(port: server.port, workspace: place.workspace)
      let hello = try server.client().post("hello", to: place.general)["event"]["cursor"].text
      #expect(try socket.next()?.cursor == hello)
      #expect(try stream.next()?.cursor == hello)
      return (socket, stream)
    }

    @Test func sigtermAnswersWhatIsUnderWayAndTellsSocketsToReconnect() throws {
      let server = try TestServer(flags: ["--grace-period", "30s"])
      let place = try server.place()
      let (socket, stream) = try subscribers(of: server, place)
      let idle = try server.client()
      #expect(try idle.request(.get, "/healthz").status == 200)
      let busy = try server.client()
      let request = busy.bytes(.post, "/api/channels/\(place.general)/messages", json: "{\"body\":\"last words\"}")
      try busy.socket.send(Array(request.dropLast(5)))
      // The head is known to be read: a second connection's exchange came after it on one of the loops, and the
      // server says so itself by asking for the body.
      let asking = try server.client()
      try asking.socket.send(
        "POST /api/channels/\(place.general)/messages HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
          + "Content-Length: 14\r\n\r\n")
      #expect(try asking.receiveAny(answering: .post).status == 100)
      server.process.send(signal: SIGTERM)
      let (ending, events) = try socket.ended()
      #expect(ending == .close(code: 1012) && events.isEmpty)
      #expect(try stream.next()?.json["code"].integer == 1012)
      #expect(try stream.next() == nil)
      #expect(try idle.isClosedByServer())
      try asking.socket.send("{\"body\":\"bye\"}")
      let answer = try asking.receive(answering: .post)
      #expect(answer.status == 201)
      #expect(answer.headers.contains("connection", token: "close"))
      try busy.socket.send(Array(request.suffix(5)))
      #expect(try busy.receive(answering: .post).status == 201)
      #expect(try asking.isClosedByServer())
      #expect(try busy.isClosedByServer())
      #expect(try server.process.waitForExit() == 0)
      let bodies = try SQLiteEngine(directory: server.data).readOnce { db in
        try db.all("SELECT body FROM messages ORDER BY pk") { $0.text(0) }
      }
      #expect(Set(bodies) == ["hello", "bye", "last words"])
      #expect(throws: (any Error).self) { try server.client() }
    }

    @Test func aRequestThatNeverEndsHoldsTheServerOnlyForTheGracePeriod() throws {
      let server = try TestServer(flags: ["--grace-period", "1s"])
      let client = try server.client()
      try client.socket.send(
        "POST /api/workspaces HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n")
      #expect(try client.receiveAny(answering: .post).status == 100)
      server.process.send(signal: SIGTERM)
      #expect(try server.process.waitForExit(seconds: 20) == 0)
    }

    @Test func aSecondSignalEndsTheServerAtOnce() throws {
      let server = try TestServer(flags: ["--grace-period", "600s", "--body-timeout", "600s"])
      let client = try server.client()
      try client.socket.send(
        "POST /api/workspaces HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n")
      #expect(try client.receiveAny(answering: .post).status == 100)
      server.process.send(signal: SIGTERM)
      _ = try eventually("the first signal is taken") {
        do { _ = try server.client() } catch { return true }
        return nil
      }
      #expect(server.process.exitCode() == nil)
      server.process.send(signal: SIGTERM)
      #expect(try server.process.waitForExit(seconds: 20) == 128 + SIGTERM)
    }

    @Test func aCleanStopAndStartKeepsTheLogAndTheCursors() throws {
      let directory = try TestDirectory()
      var log: [String] = []
      for _ in 0..<3 {
        let server = try TestServer(in: directory)
        let place = try server.place()
        let socket = try WebSocketClient(port: server.port, workspace: place.workspace, after: log.last)
        log += try (0..<5).map { try server.client().post("m\($0)", to: place.general)["event"]["cursor"].text }
        #expect(try (0..<5).map { _ in try socket.next()?.cursor } == log.suffix(5).map { $0 })
        server.process.send(signal: SIGINT)
        #expect(try socket.ended().ending == .close(code: 1012))
        #expect(try server.process.waitForExit() == 0)
        #expect(access(server.data + "/clickclack.db-wal", F_OK) != 0, "all of it is in the database")
      }
      #expect(log == log.sorted() && Set(log).count == 15)
    }

    @Test func aSecondServerOnTheSameDataRefuses() throws {
      let server = try TestServer()
      let other = try ChildProcess(
        ["serve", "--addr", "127.0.0.1:0", "--data", server.data], output: server.directory.path + "/other.out",
        errors: server.directory.path + "/other.err")
      #expect(try other.waitForExit() == 1)
      #expect(server.directory.read("other.err").contains("another server is using"))
      #expect(try server.client().request(.get, "/healthz").status == 200)
    }

    @Test func aSecondServerRefusesAlsoWithoutTheLockFile() throws {
      let server = try TestServer()
      #expect(unlink(server.data + "/clickclack.lock") == 0)
      let other = try ChildProcess(
        ["serve", "--addr", "127.0.0.1:0", "--data", server.data], output: server.directory.path + "/other.out",
        errors: server.directory.path + "/other.err")
      #expect(try other.waitForExit() == 1)
      #expect(server.directory.read("other.err").contains("another server is using"))
      #expect(try server.command(["doctor"]).output.contains("ok\tserver\ta server is using"))
    }

    @Test func signalsThatMeanNothingAreIgnored() throws {
      let server = try TestServer()
      for signal in [SIGUSR1, SIGUSR2, SIGALRM, SIGPIPE] {
        server.process.send(signal: signal)
        #expect(try server.client().request(.get, "/healthz").status == 200)
      }
      server.process.send(signal: SIGTERM)
      #expect(try server.process.waitForExit() == 0)
    }

    /// Subscribers that neither answer nor hang up don't hold a stop for the grace period, and are told all the same.
    @Test func silentSubscribersDoNotHoldAStop() throws {
      let server = try TestServer(flags: ["--grace-period", "600s"])
      let place = try server.place()
      let subscribers = try subscribers(of: server, place)
      server.process.send(signal: SIGTERM)
      #expect(try server.process.waitForExit(seconds: 60) == 0)
      #expect(try subscribers.stream.next()?.json["code"].integer == 1012)
    }

    /// Also when far more time is left for an answer than lies between two pings.
    @Test func aQuietSubscriberIsPingedAgainAndAgain() throws {
      let server = try TestServer(
        flags: ["--websocket-ping-interval", "1s", "--websocket-dead-peer-timeout", "2h"])
      let socket = try WebSocketClient(port: server.port, workspace: try server.place().workspace)
      for _ in 0..<3 { try socket.expectPing() }
    }

    @Test func aTakenPortIsNamed() throws {
      let server = try TestServer()
      let directory = try TestDirectory()
      let other = try ChildProcess(
        ["serve", "--addr", "127.0.0.1:\(server.port)", "--data", directory.path + "/data", "--loops", "1"],
        output: directory.path + "/other.out", errors: directory.path + "/other.err")
      #expect(try other.waitForExit() == 1)
      #expect(directory.read("other.err").contains("\(server.port)"), "\(directory.read("other.err"))")
    }

    @Test func aFileThatIsNoDatabaseIsSaidToBeNone() throws {
      let directory = try TestDirectory()
      _ = try SQLiteEngine(directory: directory.path + "/data")
      let file = open(directory.path + "/data/clickclack.db", O_CREAT | O_WRONLY, 0o600)
      let garbage = [UInt8](repeating: 0x5a, count: 8_192)
      #expect(write(file, garbage, garbage.count) == garbage.count)
      close(file)
      #expect(try TestServer.spawn(in: directory).waitForExit() == 1)
      let log = directory.read("server.log")
      #expect(log.contains("its file is no database") && log.contains("clickclack doctor"), "\(log)")
      #expect(!log.contains("PRAGMA"), "\(log)")
    }

    @Test func aDatabaseOfANewerVersionIsLeftAlone() throws {
      let directory = try TestDirectory()
      let server = try TestServer(in: directory)
      let status = try server.command(["migrate", "status"])
      #expect(status.exitCode == 0 && !status.output.isEmpty && !status.output.contains("pending"))
      #expect(try server.command(["migrate"]).output == "the schema is up to date\n")
      server.process.send(signal: SIGTERM)
      #expect(try server.process.waitForExit() == 0)
      let engine = try SQLiteEngine(directory: directory.path + "/data")
      try engine.openWriter().execute(
        "INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES (999, 'future', 'x', 'then')")
      let refused = try TestServer.spawn(in: directory)
      #expect(try refused.waitForExit() == 1)
      #expect(directory.read("server.log").contains("schema version 999"))
      let future = try TestServer.command(["migrate", "status"], in: directory)
      #expect(future.exitCode == 1 && future.errors.contains("schema version 999"))
      #expect(try TestServer.command(["migrate", "up"], in: directory).exitCode == 1)
      try engine.openWriter().execute("DELETE FROM schema_migrations WHERE version = 999")
      let again = try TestServer(in: directory)
      #expect(try again.place().general.hasPrefix("chn_"))
    }

    /// Lines of the log would go into whatever file or socket got the number of standard error.
    @Test func closedStandardDescriptorsAreNobodyElses() throws {
      let directory = try TestDirectory()
      let socket = directory.path + "/socket"
      let words = ["serve", "--addr", "unix:\(socket)", "--data", directory.path + "/data"]
      let server = try ChildProcess(
        program: "/bin/sh", ["-c", "exec \"$0\" \"$@\" <&- >&- 2>&-", ChildProcess.binary] + words,
        output: directory.path + "/out", errors: directory.path + "/err")
      _ = try eventually("it serves") { fileSize(socket) != nil || server.exitCode() != nil ? true : nil }
      for descriptor in 0...2 {
        var name = [CChar](repeating: 0, count: 64)
        #expect(readlink("/proc/\(server.pid)/fd/\(descriptor)", &name, name.count - 1) > 0)
        #expect(String(decoding: name.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self) == "/dev/null")
      }
      server.send(signal: SIGTERM)
      #expect(try server.waitForExit() == 0)
    }

    @Test func aServerThatMayNotMigrateRefusesAnOldDatabase() throws {
      let directory = try TestDirectory()
      let refused = try TestServer.spawn(in: directory, flags: ["--auto-migrate=false"])
      #expect(try refused.waitForExit() == 1)
      #expect(directory.read("server.log").contains("clickclack migrate"))
      #expect(try TestServer.command(["migrate"], in: directory).exitCode == 0)
      let server = try TestServer(in: directory, flags: ["--auto-migrate=false"])
      #expect(try server.place().general.hasPrefix("chn_"))
    }
  }
}
