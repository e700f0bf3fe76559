import Glibc
import HTTP
import Storage
import Testing

extension EndToEnd {
  /// Background jobs of the real server: what they do, what survives, and what operators see of them.
  @Suite struct Jobs {
    private static let key = String(repeating: "k", count: 30)

    private func flags(_ receiver: PostReceiver, lease: String = "30s") -> [String] {
      [
        "--pushover-token", "app-token", "--pushover-url", "http://127.0.0.1:\(receiver.port)/1/messages.json",
        "--public-url", "https://chat.example", "--job-lease", lease,
      ]
    }

    private func enablePushover(_ server: TestServer, _ user: UserID, handle: String) throws {
      _ = try server.client(user: user).call(
        .patch, "/api/me",
        json: """
          {"display_name":"\(handle)","handle":"\(handle)",
          "notification_settings":{"pushover_enabled":true,"pushover_user_key":"\(Self.key)"}}
          """)
    }

    private func jobs(_ server: TestServer, state: String = "") throws -> [JSONValue] {
      try server.client().call(.get, "/api/admin/jobs" + (state.isEmpty ? "" : "?state=\(state)"))["jobs"].elements
    }

    private func pushes(_ server: TestServer, state: String) throws -> [JSONValue] {
      try jobs(server, state: state).filter { $0["kind"].text == "notifications.pushover" }
    }

    private func waitForSocket(_ server: TestServer) throws {
      _ = try eventually("the socket is registered") {
        let status = try server.client().call(.get, "/api/admin/status")
        return status["connections"]["websockets"].integer == 1 ? true : nil
      }
    }

    @Test func peopleWhoAreNotConnectedAreNotified() throws {
      let receiver = try PostReceiver()
      let server = try TestServer(flags: flags(receiver))
      let place = try server.place()
      let alice = try server.makeUser("alice", in: place.workspace)
      let bob = try server.makeUser("bob", in: place.workspace)
      try enablePushover(server, alice, handle: "alice")
      let captain = try server.client()

      let post = try captain.post("ahoy @alice", to: place.general)
      _ = try eventually("the mention arrives") { receiver.bodies.count == 1 ? true : nil }
      let mention = receiver.bodies[0]
      #expect(mention["token"].text == "app-token")
      #expect(mention["user"].text == Self.key)
      #expect(mention["title"].text == "Local Captain in #general")
      #expect(mention["message"].text == "ahoy @alice")
      #expect(mention["url"].text.hasPrefix("https://chat.example/app/T"))

      // Nobody is mentioned; then by somebody who is not to be told of themselves; then where they hear nothing.
      try captain.post("nothing to see", to: place.general)
      try server.client(user: alice).post("@alice myself", to: place.general)
      _ = try server.client(user: alice).call(
        .patch, "/api/channels/\(place.general)/notification-settings", json: "{\"preference\":\"muted\"}")
      try captain.post("muted @alice", to: place.general)
      let dm = try server.client(user: bob).call(
        .post, "/api/dms", json: "{\"workspace_id\":\"\(place.workspace)\",\"member_ids\":[\"\(alice)\"]}")
      let conversation = dm["conversation"]["id"].text
      _ = try server.client(user: bob).call(.post, "/api/dms/\(conversation)/messages", json: "{\"body\":\"psst\"}")
      _ = try eventually("the direct message arrives") { receiver.bodies.count == 2 ? true : nil }
      #expect(receiver.bodies[1]["title"].text == "bob in a direct message")

      // A thread that she takes part in.
      _ = try server.client(user: alice).call(
        .patch, "/api/channels/\(place.general)/notification-settings", json: "{\"preference\":\"all\"}")
      let root = post["message"]["id"].text
      let reply = "/api/messages/\(root)/thread/replies"
      _ = try server.client(user: alice).call(.post, reply, json: "{\"body\":\"aye\"}")
      _ = try server.client(user: bob).call(.post, reply, json: "{\"body\":\"me too\"}")
      _ = try eventually("the reply arrives") { receiver.bodies.count == 3 ? true : nil }
      #expect(receiver.bodies[2]["title"].text == "bob in a thread of #general")

      // While she is connected she sees it herself.
      let socket = try WebSocketClient(port: server.port, workspace: place.workspace, user: alice)
      try waitForSocket(server)
      let seen = try captain.post("live @alice", to: place.general)["event"]["cursor"].text
      #expect(try socket.events { $0.cursor == seen }.last?.cursor == seen)
      _ = try eventually("every job is done") {
        try jobs(server).allSatisfy { $0["run_at"].text > Timestamp.now().text } ? true : nil
      }
      #expect(receiver.bodies.count == 3)
    }

    @Test func aRefusedNotificationIsGivenUpAndAnOperatorMayTryAgain() throws {
      let receiver = try PostReceiver()
      receiver.answer(400)
      let server = try TestServer(flags: flags(receiver))
      let place = try server.place()
      let alice = try server.makeUser("alice", in: place.workspace)
      try enablePushover(server, alice, handle: "alice")
      try server.client().post("ahoy @alice", to: place.general)
      let job = try eventually("it is given up") { try pushes(server, state: "discarded").first }
      #expect(job["last_error"].text == "Pushover answered with status 400")
      #expect(job["attempts"].integer == 1)
      let id = job["id"].text
      let list = try server.command(["admin", "jobs", "list", "--state", "discarded"])
      #expect(list.output.hasPrefix("\(id)\tdiscarded\t1/5\t"))
      #expect(!list.output.contains(Self.key))

      receiver.answer(500)
      let retried = try server.command(["admin", "jobs", "run-now", id])
      #expect(retried.exitCode == 0, "\(retried.errors)")
      _ = try eventually("it is tried again") { try pushes(server, state: "retrying").first }
      let discarded = try server.client().call(.post, "/api/admin/jobs/\(id)/discard")
      #expect(discarded["job"]["state"].text == "discarded")
      receiver.answer(200)
      let again = try server.client().call(.post, "/api/admin/jobs/\(id)/retry")
      #expect(again["job"]["state"].text == "pending")
      _ = try eventually("it is done") { try pushes(server, state: "finished").first }
      #expect(try server.client().request(.post, "/api/admin/jobs/\(id)/retry").status == 409)
      #expect(try server.client().request(.post, "/api/admin/jobs/job_none/retry").status == 404)
      #expect(try server.command(["admin", "jobs", "discard", id]).exitCode == 1)
    }

    @Test func aJobThatAKillInterruptedRunsAgain() throws {
      let receiver = try PostReceiver()
      receiver.answer(nil)
      let directory = try TestDirectory()
      let first = try TestServer(in: directory, flags: flags(receiver, lease: "1s"))
      let place = try first.place()
      let alice = try first.makeUser("alice", in: place.workspace)
      try enablePushover(first, alice, handle: "alice")
      try first.client().post("ahoy @alice", to: place.general)
      _ = try eventually("the call is under way") { receiver.bodies.count == 1 ? true : nil }
      try first.killHard()
      receiver.answer(200)
      let second = try TestServer(in: directory, flags: flags(receiver, lease: "1s"))
      let job = try eventually("the job is done") { try pushes(second, state: "finished").first }
      #expect(job["attempts"].integer == 2)
      #expect(receiver.bodies.count == 2)
      #expect(receiver.bodies[0] == receiver.bodies[1])
    }

    @Test func aStopWaitsForTheJobsUnderWay() throws {
      let receiver = try PostReceiver()
      receiver.answer(nil)
      let directory = try TestDirectory()
      let server = try TestServer(in: directory, flags: flags(receiver) + ["--grace-period", "1s"])
      let place = try server.place()
      let alice = try server.makeUser("alice", in: place.workspace)
      try enablePushover(server, alice, handle: "alice")
      try server.client().post("ahoy @alice", to: place.general)
      _ = try eventually("the call is under way") { receiver.bodies.count == 1 ? true : nil }
      server.process.send(signal: SIGTERM)
      #expect(try server.process.waitForExit() == 0)
      // It was cut off and has lost nothing, so it starts at once with the next server.
      receiver.answer(200)
      let next = try TestServer(in: directory, flags: flags(receiver))
      let job = try eventually("the job is done") { try pushes(next, state: "finished").first }
      #expect(job["attempts"].integer == 1)
    }

    @Test func administratorsSeeHowTheServerFares() throws {
      let server = try TestServer(flags: ["--metrics"])
      let place = try server.place()
      let alice = try server.makeUser("alice", role: "moderator", in: place.workspace)
      let hers = try server.client(user: alice)
      for path in ["/api/admin/status", "/api/admin/jobs"] {
        #expect(try hers.request(.get, path).status == 403)
      }
      #expect(try hers.request(.post, "/api/admin/jobs/job_none/retry").status == 403)
      let added = try server.command(["admin", "administrator", "add", "--email", "alice@example.test"])
      #expect(added.output == "\(alice)\tadministrator added\n")
      let people = try server.command(["admin", "administrator", "list"]).output.split(separator: "\n")
      #expect(people.map { $0.prefix { $0 != "\t" } } == [place.captain[...], alice[...]])

      try hers.post("one", to: place.general)
      let socket = try WebSocketClient(port: server.port, workspace: place.workspace)
      try waitForSocket(server)
      let status = try withExtendedLifetime(socket) { try hers.call(.get, "/api/admin/status") }
      #expect(status["messages"]["total"].integer == 1)
      #expect(status["connections"]["sse"].integer == 0)
      #expect(try #require(status["connections"]["open"].integer) >= 2)
      #expect(try #require(status["disk"]["database_bytes"].integer) > 0)
      #expect(try #require(status["disk"]["free_bytes"].integer) > 0)
      #expect(try #require(status["memory_bytes"].integer) > 1 << 20)
      #expect(try #require(status["uptime_seconds"].integer) >= 0)
      #expect(status["jobs"]["discarded"].integer == 0)

      #expect(try Set(jobs(server).map { $0["kind"].text }).isSuperset(of: ["heartbeat", "uploads.unused"]))
      #expect(try hers.request(.get, "/api/admin/jobs?state=odd").status == 400)
      let metrics = try server.client().request(.get, "/metrics").text
      #expect(metrics.contains("clickclack_jobs{state=\"pending\"}"))
      _ = try server.command(["admin", "administrator", "remove", "--user", alice])
      #expect(try hers.request(.get, "/api/admin/status").status == 403)
    }

    @Test func uploadsSideBySideDoNotPassAQuotaTogether() throws {
      let size = 400 << 10
      let server = try TestServer(flags: ["--upload-user-bytes-max", "1MiB", "--upload-workspace-bytes-max", "2MiB"])
      let place = try server.place()
      @Sendable func upload(_ user: UserID, bytes: Int) throws -> Response {
        let client = try server.client(user: user)
        let part = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.bin\"\r\n\r\n"
        let body = Array(part.utf8) + [UInt8](repeating: 7, count: bytes) + Array("\r\n--b--\r\n".utf8)
        let head = client.bytes(
          .post, "/api/uploads?workspace_id=\(place.workspace)",
          headers: [("Content-Type", "multipart/form-data; boundary=b"), ("Content-Length", "\(body.count)")])
        try client.socket.send(head + body)
        return try client.receive(answering: .post)
      }
      let alice = try server.makeUser("alice", in: place.workspace)
      let answers = Answers()
      let threads = try TestThreads(8) { _ in answers.add(try upload(alice, bytes: size)) }
      try threads.join()
      let refused = answers.all.filter { $0.status != 201 }
      #expect(answers.all.count - refused.count <= 2)
      #expect(refused.allSatisfy { $0.status == 413 && $0.text.contains("1048576 bytes at most") })
      // Nothing stays reserved: what is left can be used up.
      let used = answers.all.count - refused.count
      #expect(try upload(alice, bytes: (1 << 20) - used * size).status == 201)
      #expect(try upload(alice, bytes: 1).status == 413)
      let bob = try server.makeUser("bob", in: place.workspace)
      #expect(try upload(bob, bytes: 1 << 20).status == 201)
      let full = try upload(place.captain, bytes: 1)
      #expect(full.status == 507)
      #expect(full.text.contains("2097152 bytes at most"))
    }
  }
}
