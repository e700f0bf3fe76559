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
    #expect(down.exitCode == 1 && down.errors == "error: 127.0.0.1:\(up.port)/down answered 503\n")
    up.stop()
    let gone = await CommandRun(["healthcheck", "--url", up.url])
    #expect(gone.exitCode == 1 && gone.errors.contains("cannot connect to 127.0.0.1:\(up.port)"))
  }

  @Test func aServerThatSaysNothingIsNotHealthy() async throws {
    let address = try ListenAddress(parsing: "127.0.0.1:\(SilentServer.shared.port)")
    let probe = try HealthProbe(url: nil, address: address, timeout: .milliseconds(50))
    #expect(throws: CommandFailure.self) { try probe.status() }
  }

  @Test(arguments: ["https://x", "x", "http://", "http://a b", "ftp://x", "http://x/a b"])
  func urlsAreChecked(url: String) async {
    #expect(await CommandRun(["healthcheck", "--url", url]).exitCode == 64)
  }

  @Test func answersMustBeHTTP() throws {
    #expect(throws: CommandFailure.self) { try HealthProbe.statusCode(of: Array("SSH-2.0-x\r\n".utf8)) }
    #expect(throws: CommandFailure.self) { try HealthProbe.statusCode(of: []) }
    #expect(try HealthProbe.statusCode(of: Array("HTTP/1.1 204 \r\n".utf8)) == 204)
  }
}
