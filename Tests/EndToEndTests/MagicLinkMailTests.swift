import HTTP
import Storage
import Testing

extension EndToEnd {
  @Suite struct MagicLinksByMail {
    private func server(_ mail: MailServer?, _ flags: [String] = []) throws -> TestServer {
      let directory = try TestDirectory()
      let made = try TestServer.command(["admin", "bootstrap", "--email", "ada@example.test"], in: directory)
      guard made.exitCode == 0 else { throw TestFailure(made.errors) }
      let address = mail.map {
        ["--smtp-url", "smtp://127.0.0.1:\($0.port)", "--smtp-allow-plain", "--mail-from", "chat@chat.example"]
      }
      return try TestServer(
        in: directory,
        flags: ["--dev-bootstrap=false", "--public-url", "https://chat.example"] + (address ?? []) + flags)
    }

    private func ask(_ server: TestServer, _ email: String) throws -> Response {
      try server.client().request(
        .post, "/api/auth/magic/request", json: "{\"email\":\"\(email)\",\"display_name\":\"Grace\"}")
    }

    private func jobs(_ server: TestServer) throws -> [[String]] {
      try SQLiteEngine(directory: server.data).readOnce { db in
        try db.all("SELECT state, payload, last_error FROM jobs WHERE kind = 'magic_link.mail' ORDER BY id") {
          [$0.text(0), $0.text(1), $0.text(2)]
        }
      }
    }

    private func finished(_ server: TestServer, _ count: Int) throws {
      _ = try eventually("\(count) mails are dealt with") {
        try jobs(server).filter { $0[0] == "finished" }.count == count ? true : nil
      }
    }

    /// Signs in with the link in a mail.
    private func open(_ server: TestServer, _ mail: JSONValue) throws -> Response {
      let text = mail["text"].text
      let start = try #require(text.firstRange(of: "https://chat.example/app/magic#"))
      let token = text[start.upperBound...].prefix { !$0.isWhitespace }
      #expect(!server.directory.read("server.log").contains(token))
      return try server.client().request(.post, "/api/auth/magic/consume", json: "{\"token\":\"\(token)\"}")
    }

    @Test func whoHasAnAccountGetsALinkByMail() throws {
      let mail = try MailServer()
      let server = try server(mail)
      let answer = try ask(server, "ADA@example.test")
      #expect(answer.status == 201 && answer.text == "{}")
      let arrived = try mail.mail()
      #expect(arrived["to"].elements.map(\.text) == ["ada@example.test"])
      #expect(
        arrived["fields"].elements.contains { $0.elements.map(\.text) == ["Subject", "Sign in to chat.example"] })
      #expect(arrived["defects"].elements.isEmpty)
      let session = try open(server, arrived)
      #expect(session.status == 200)
      #expect(try open(server, arrived).status == 400, "a link works once")
      try finished(server, 1)
      #expect(try jobs(server) == [["finished", "", ""]])
    }

    @Test func nobodyLearnsWhetherAnAddressIsKnown() throws {
      let mail = try MailServer()
      let server = try server(mail)
      let unknown = try ask(server, "grace@example.test")
      let known = try ask(server, "ada@example.test")
      #expect(unknown.status == known.status && unknown.text == known.text)
      try finished(server, 2)
      #expect(try mail.mails().map { $0["to"].elements.map(\.text) } == [["ada@example.test"]])
      #expect(try ask(server, "nonsense").status == 400)
      let foreign = try server.client().request(
        .post, "/api/auth/magic/request", json: "{\"email\":\"a@b.c\"}", headers: [("Origin", "https://evil.example")])
      #expect(foreign.status == 403)
      // It can't be sent to, and still looks the same from outside.
      #expect(try ask(server, "a(b)@example.test").status == 201)
    }

    @Test func signingUpByMailIsForTheOperatorToAllow() throws {
      let mail = try MailServer()
      let server = try server(mail, ["--magic-link-sign-up"])
      #expect(try ask(server, "grace@example.test").status == 201)
      let session = try open(server, try mail.mail())
      #expect(try session.json()["user"]["display_name"].text == "Grace")
    }

    @Test func anAddressGetsFewMails() throws {
      let mail = try MailServer()
      let server = try server(mail)
      var statuses: [Int] = []
      for _ in 0..<4 { statuses.append(try ask(server, "ada@example.test").status) }
      #expect(statuses == [201, 201, 201, 429])
      #expect(try ask(server, "other@example.test").status == 201)
    }

    @Test func aMailThatIsRefusedForNowIsSentAgainAndOneThatIsRefusedForGoodIsGivenUp() throws {
      let slow = try MailServer(.plain, ["--refuse", "451 later", "--refuse-once"])
      let patient = try server(slow)
      _ = try ask(patient, "ada@example.test")
      #expect(try open(patient, try slow.mail()).status == 200)
      let strict = try MailServer(.plain, ["--refuse", "550 no such user"])
      let refused = try server(strict)
      _ = try ask(refused, "ada@example.test")
      let job = try eventually("the mail is given up") { try jobs(refused).first { $0[0] == "discarded" } }
      #expect(job[2].contains("550"))
      #expect(!job[1].contains("mgt_") && !job[2].contains("mgt_"))
    }

    @Test func withoutAMailServerThereAreNoLinks() throws {
      #expect(try ask(try server(nil), "ada@example.test").status == 501)
    }

    @Test(arguments: [
      (["--smtp-url", "http://x"], "smtp-url"), (["--smtp-url", "smtp://mail.example"], "mail_from"),
      (
        [
          "--smtp-url", "smtp://mail.example", "--mail-from", "a@b.c", "--public-url", "https://c.d",
          "--smtp-allow-plain",
        ],
        "smtp_allow_plain"
      ),
      (["--mail-from", "a@b.c\r\nBcc: x@y.z"], "mail-from"),
    ])
    func settingsThatDoNotFitAreRefused(flags: [String], name: String) throws {
      let run = try TestServer.command(["config"] + flags, in: try TestDirectory())
      #expect(run.exitCode == 64 && run.errors.contains(name), "\(run.errors)")
    }
  }
}
