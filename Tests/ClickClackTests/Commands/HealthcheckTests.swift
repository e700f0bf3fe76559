import Testing

@testable import clickclack

@Suite struct HealthcheckTests {
  @Test func theExitCodeTellsTheHealth() async {
    let up = StubServer(["GET /healthz": (200, "{}"), "GET /other": (200, ""), "GET /down": (503, "")])
    #expect(await CommandRun(["healthcheck", "--addr", "127.0.0.1:\(up.port)"]).exitCode == 0)
    #expect(await CommandRun(["healthcheck"], environment: ["CLICKCLACK_ADDR": ":\(up.port)"]).output == "ok\n")
    #expect(await CommandRun(["healthcheck", "--url", up.url]).exitCode == 0)
    #expect(await CommandRun(["healthcheck", "--url", "\(up.url)/other"]).exitCode == 0)
    let down = await CommandRun(["healthcheck", "--url", "\(up.url)/down"])
    #expect(down.exitCode == 1 && down.errors == "error: http://127.0.0.1:\(up.port)/down answered 503\n")
    up.stop()
    let gone = await CommandRun(["healthcheck", "--url", up.url])
    #expect(gone.exitCode == 1 && gone.errors.contains("no answer from http://127.0.0.1:\(up.port)/healthz"))
  }

  @Test func aServerThatSaysNothingIsNotHealthy() async throws {
    var configuration = Configuration()
    configuration.address = try ListenAddress(parsing: "127.0.0.1:\(SilentServer.shared.port)")
    let probe = try HealthProbe(url: nil, configuration: configuration, timeout: .milliseconds(50))
    #expect(throws: CommandFailure.self) { try probe.status() }
  }

  @Test(arguments: ["x", "http://", "http://a b", "ftp://x", "http://x/a b"])
  func urlsAreChecked(url: String) async {
    #expect(await CommandRun(["healthcheck", "--url", url]).exitCode == 64)
  }

  @Test func theConfiguredAddressIsAskedAsItListens() throws {
    func place(_ address: String, certificate: String = "") throws -> String {
      var configuration = Configuration()
      configuration.address = try ListenAddress(parsing: address)
      configuration.tlsCertificateFile = certificate
      return try HealthProbe(url: nil, configuration: configuration, timeout: .seconds(1)).place
    }
    #expect(try place(":8080") == "http://127.0.0.1:8080/healthz")
    #expect(try place("[::]:8080") == "http://[::1]:8080/healthz")
    #expect(try place("10.0.0.5:443", certificate: "cert.pem") == "https://10.0.0.5:443/healthz")
    #expect(try place("unix:/run/chat.sock") == "unix:/run/chat.sock")
  }
}
