import Runtime
import Storage
import Testing

extension EndToEnd {
  /// The client against a real mail server.
  @Suite struct SMTPClients {
    private func message(text: String = "Hello.\n", to: String = "ada@example.net") throws -> MailMessage {
      MailMessage(
        from: try #require(MailAddress("chat@example.org")), fromName: "Chat", to: try #require(MailAddress(to)),
        subject: "Zoë", text: text, id: "job_1", unixSeconds: 0)
    }

    private func server(
      _ mail: MailServer, _ security: SMTPServer.Security, change: (inout SMTPServer) -> Void = { _ in }
    ) -> SMTPServer {
      var server = SMTPServer(host: "localhost", port: mail.port, security: security)
      server.authorityFile = mail.certificate
      server.totalMilliseconds = 20_000
      change(&server)
      return server
    }

    private func refusal(_ server: SMTPServer) async throws -> SMTPError? {
      let client = SMTPClient(server: server)
      defer { client.shutdown() }
      do {
        try await client.send(try message())
        return nil
      } catch let error as SMTPError {
        return error
      }
    }

    @Test func aMessageArrivesAsItWas() async throws {
      let mail = try MailServer()
      let client = SMTPClient(server: server(mail, .plain))
      let text = ".\n..\n=20 é \n" + String(repeating: "long ", count: 100) + "\n"
      try await client.send(try message(text: text))
      let arrived = try mail.mail()
      #expect(arrived["from"].text == "chat@example.org")
      #expect(arrived["to"].elements.map(\.text) == ["ada@example.net"])
      #expect(arrived["text"].text.split(separator: "\r\n").joined(separator: "\n") + "\n" == text)
      #expect(arrived["defects"].elements.isEmpty && arrived["isASCII"] == .bool(true))
      #expect(arrived["bareLineEnds"].integer == 0 && arrived["longest"].integer ?? 99 <= 78)
      let fields = arrived["fields"].elements.map { $0.elements.map(\.text) }
      #expect(fields.contains(["Subject", "Zoë"]) && fields.contains(["From", "Chat <chat@example.org>"]))
      #expect(fields.contains(["To", "ada@example.net"]))
      // A second message: the client is for more than one.
      try await client.send(try message())
      #expect(try mail.mail(1)["text"].text.hasPrefix("Hello."))
      client.shutdown()
    }

    @Test(arguments: [(MailServer.Security.starttls, SMTPServer.Security.startTLS), (.implicit, .implicitTLS)])
    func mailIsEncryptedAndTheAccountPresented(kind: MailServer.Security, security: SMTPServer.Security) async throws {
      let mail = try MailServer(kind, ["--account", "chat:secret"])
      let right = server(mail, security) {
        $0.username = "chat"
        $0.password = "secret"
      }
      #expect(try await refusal(right) == nil)
      let arrived = try mail.mail()
      #expect(arrived["encrypted"] == .bool(true) && arrived["account"] == .bool(true))
      let wrong = server(mail, security) {
        $0.username = "chat"
        $0.password = "guess"
      }
      let denied = try #require(try await refusal(wrong))
      #expect(!denied.isPermanent && denied.description.contains("Login denied"), "\(denied)")
      let untrusted = server(mail, security) { $0.authorityFile = nil }
      let refused = try #require(try await refusal(untrusted))
      #expect(!refused.isPermanent && refused.description.contains("certificate"), "\(refused)")
      #expect(try mail.mails().count == 1)
    }

    @Test func withoutEncryptionNothingIsSent() async throws {
      let mail = try MailServer()
      #expect(try await refusal(server(mail, .startTLS))?.isPermanent == false)
      #expect(try mail.mails().isEmpty)
    }

    @Test(arguments: [("550 no such user", true), ("451 later", false), ("530 who are you", false)])
    func refusalsForGoodAreToldApart(answer: String, isPermanent: Bool) async throws {
      let mail = try MailServer(.plain, ["--refuse", answer])
      let error = try #require(try await refusal(server(mail, .plain)))
      #expect(error.isPermanent == isPermanent, "\(error)")
      #expect(error.description.contains(answer.prefix(3)))
    }

    @Test func aServerThatIsNotThereFails() async throws {
      var nobody = SMTPServer(host: "127.0.0.1", port: 1, security: .plain)
      nobody.connectMilliseconds = 2_000
      #expect(try await refusal(nobody)?.isPermanent == false)
    }

    @Test func cancellingEndsAMessageUnderWay() async throws {
      // Accepts and never says a word.
      let silent = try SilentListener()
      var server = SMTPServer(host: "127.0.0.1", port: silent.port, security: .plain)
      server.totalMilliseconds = 50_000
      let client = SMTPClient(server: server)
      let message = try message()
      let sending = Task { try await client.send(message) }
      _ = try eventually("the client is connected") { silent.accept() ? true : nil }
      let start = ContinuousClock.now
      sending.cancel()
      await #expect(throws: SMTPError.self) { try await sending.value }
      #expect(ContinuousClock.now - start < .seconds(20))
      client.shutdown()
    }
  }
}
