import Glibc
import HTTP
import Testing

extension EndToEnd {
  /// The server's own TLS, against the `openssl` command.
  @Suite struct TLS {
    private struct Fixture {
      let directory: TestDirectory
      let certificate: SelfSignedCertificate
      let server: TestServer

      init(_ flags: [String] = []) throws {
        directory = try TestDirectory()
        certificate = try SelfSignedCertificate(in: directory, name: "server")
        server = try TestServer(in: directory, flags: flags, certificate: certificate)
      }

      func socket() throws -> BlockingSocket { try server.socket() }
      func client() throws -> HTTPClient { try server.client() }

      func replaceCertificate(by other: SelfSignedCertificate) throws {
        try #require(rename(other.keyPath, certificate.keyPath) == 0)
        try #require(rename(other.path, certificate.path) == 0)
      }

      func expectUnharmed() throws {
        #expect(try client().request(.get, "/healthz").status == 200)
        #expect(server.process.exitCode() == nil)
      }
    }

    /// Reads until the server is done with a socket, which must not take as long as a hang does.
    private func rest(of socket: BlockingSocket) throws -> String {
      var bytes: [UInt8] = []
      do {
        while true {
          let piece = try socket.receive()
          if piece.isEmpty { break }
          bytes += piece
        }
      } catch SocketFailure.reset {}
      return String(decoding: bytes, as: UTF8.self)
    }

    @Test func requestsAndSocketsPass() throws {
      let tls = try Fixture()
      let client = try tls.client()
      let health = try client.request(.get, "/healthz")
      #expect(health.status == 200 && health.headers["strict-transport-security"] != nil)
      let place = try tls.server.place()
      let live = try WebSocketClient(socket: tls.socket(), workspace: place.workspace)
      for length in [1, 5_000, 60_000] {
        let text = String(repeating: "x", count: min(length, 9_000))
        let cursor = try client.post(text, to: place.general)["event"]["cursor"].text
        #expect(try live.expect("message.created").cursor == cursor)
      }
      let big = String(repeating: "0123456789abcdef", count: 100_000)
      let upload = try client.upload(big, to: place.workspace)
      #expect(try client.request(.get, "/api/uploads/\(upload)").text == big)
      tls.server.process.send(signal: SIGTERM)
      #expect(try live.ended().ending == .close(code: 1012))
      #expect(try tls.server.process.waitForExit() == 0)
    }

    @Test func aNewCertificateIsForNewConnections() throws {
      let tls = try Fixture()
      let old = tls.directory.path + "/old.pem"
      try tls.directory.write(tls.directory.read("server.pem"), to: "old.pem")
      let place = try tls.server.place()
      let client = try tls.client()
      let live = try WebSocketClient(socket: tls.socket(), workspace: place.workspace)
      let next = try SelfSignedCertificate(in: tls.directory, name: "next")
      try tls.replaceCertificate(by: next)
      tls.server.process.send(signal: SIGHUP)
      _ = try eventually("the new certificate is shown") {
        try TLSClient.shakeHands(with: tls.server, trusting: tls.certificate.path).isDone ? true : nil
      }
      try tls.expectUnharmed()
      #expect(try !TLSClient.shakeHands(with: tls.server, trusting: old).isDone)
      #expect(try rest(of: TLSClient.connect(to: tls.server, trusting: old)).isEmpty)
      let cursor = try client.post("still here", to: place.general)["event"]["cursor"].text
      #expect(try live.expect("message.created").cursor == cursor)
      // What can't be read changes nothing, and is said.
      try tls.directory.write("no certificate", to: "broken.pem")
      try #require(rename("\(tls.directory.path)/broken.pem", tls.certificate.path) == 0)
      tls.server.process.send(signal: SIGHUP)
      _ = try eventually("it is said") {
        tls.directory.read("server.log").contains("the certificate stays as it was") ? true : nil
      }
      #expect(try client.request(.get, "/healthz").status == 200)
    }

    @Test func oldVersionsAreRefused() throws {
      let tls = try Fixture()
      for (flag, name) in [("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")] {
        let (isDone, said) = try TLSClient.shakeHands(with: tls.server, trusting: tls.certificate.path, flags: [flag])
        #expect(isDone && said.contains(name) && said.contains("Verify return code: 0 (ok)"), "\(said)")
      }
      for flag in ["-tls1", "-tls1_1"] {
        let (isDone, said) = try TLSClient.shakeHands(
          with: tls.server, trusting: tls.certificate.path, flags: [flag, "-cipher", "DEFAULT@SECLEVEL=0"])
        #expect(!isDone && said.contains("alert protocol version"), "\(said)")
      }
      try tls.expectUnharmed()
    }

    /// The time for the handshake is long, so it is what was sent that ends these.
    @Test func whatIsNotTLSIsRefusedAtOnce() throws {
      let tls = try Fixture(["--tls-handshake-timeout", "60s"])
      let texts = [
        "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", "\r\n\r\n\r\n\r\n", String(repeating: "\0", count: 64),
        "\u{16}\u{3}\u{1}\u{0}\u{5}garbage, garbage, garbage", "SSH-2.0-OpenSSH_9.2\r\n",
      ]
      for text in texts {
        let socket = try BlockingSocket(port: tls.server.port)
        try socket.send(text)
        #expect(try !rest(of: socket).contains("HTTP/"), "\(text)")
      }
      try tls.expectUnharmed()
    }

    @Test func aHandshakeThatStallsIsClosedInTime() throws {
      let tls = try Fixture(["--tls-handshake-timeout", "1s"])
      let established = try tls.client()
      #expect(try established.request(.get, "/healthz").status == 200)
      // The first bytes of a ClientHello of 512 bytes, and then nothing; and nothing at all.
      let hello: [UInt8] = [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3] + [UInt8](repeating: 7, count: 100)
      for start in [hello, Array(hello.prefix(3)), []] {
        let socket = try BlockingSocket(port: tls.server.port)
        try socket.send(start)
        #expect(try rest(of: socket).isEmpty)
      }
      // Whoever was quicker is not hurt by that time.
      #expect(try established.request(.get, "/healthz").status == 200)
    }

    /// Each request for a new key has an answer, which waits for a client that does not read.
    @Test func requestsForNewKeysAreBounded() throws {
      let tls = try Fixture()
      let before = try tls.server.process.usage().residentBytes
      let client = try KeyUpdates(port: tls.server.port)
      var sent = 0
      #expect(throws: SocketFailure.self) {
        while sent < 400_000 {
          try client.send(256)
          sent += 256
        }
      }
      #expect(try tls.server.process.usage().residentBytes - before < 16 << 20)
      try tls.expectUnharmed()
    }

    @Test func whoFindsNoRoomIsToldAfterTheHandshakeOrDropped() throws {
      let tls = try Fixture(["--connections-max", "3", "--tls-handshake-timeout", "60s"])
      var inside: [HTTPClient] = []
      _ = try eventually("the connection of the start is gone") { () -> Bool? in
        let client = try tls.client()
        guard try client.request(.get, "/healthz").status == 200 else { return nil }
        inside.append(client)
        return inside.count == 3 ? true : nil
      }
      let refused = try tls.client()
      let answer = try refused.request(.get, "/healthz")
      #expect(answer.status == 503 && answer.headers["retry-after"] != nil, "\(answer)")
      #expect(try refused.isClosedByServer())
      // Neither who says nothing nor who stops half-way keeps a place among the refused.
      #expect(try rest(of: tls.socket()).isEmpty)
      for start in [[], [0x16, 3, 1, 2, 0, 1]] as [[UInt8]] {
        let socket = try BlockingSocket(port: tls.server.port)
        try socket.send(start)
        #expect(try rest(of: socket).isEmpty)
      }
      for client in inside { #expect(try client.request(.get, "/healthz").status == 200) }
      inside.removeLast()
      _ = try eventually("the place is given away") {
        try tls.client().request(.get, "/healthz").status == 200 ? true : nil
      }
    }
  }
}
