import Foundation
import Testing

@testable import clickclack

/// The real server and the real client, a process each.
@Suite struct TailTests {
  private func serve(_ address: String, data: String) throws -> (program: Program, url: String) {
    let program = try Program(
      ["serve", "--addr", address, "--data", data, "--dev-bootstrap", "--log-level", "error"], reads: .errors)
    let greeting = try #require(program.readLine())
    let url = try #require(greeting.split(separator: " ").last.map(String.init))
    return (program, url)
  }

  private func send(_ text: String, _ url: String, channel: String = "general") async {
    let run = await CommandRun(["send", text, "--server", url, "--channel", channel])
    #expect(run.exitCode == 0, "\(run.errors)")
  }

  @Test(.timeLimit(.minutes(1))) func everyMessageIsPrintedOnceAcrossACrash() async throws {
    let data = FileManager.default.temporaryDirectory.appending(path: "clickclack-\(UUID().uuidString)").path()
    defer { _ = Result { try FileManager.default.removeItem(atPath: data) } }
    let (first, url) = try serve("127.0.0.1:0", data: data)
    await send("old", url)
    await send("last", url)
    let tail = try Program(["tail", "--server", url, "--lines", "1", "--count", "5"])
    #expect(try #require(tail.readLine()).hasSuffix("\tLocal Captain\tlast"))
    await send("live", url)
    #expect(try #require(tail.readLine()).hasSuffix("\tLocal Captain\tlive"))
    _ = first.stop(SIGKILL)

    let (second, _) = try serve(String(url.dropFirst("http://".count)), data: data)
    for text in ["a", "b", "c"] { await send(text, url) }
    await send("d", url)
    for (position, text) in ["a", "b", "c", "d"].enumerated() {
      let line = try #require(tail.readLine())
      #expect(line.hasPrefix("\(position + 4)\tmsg_") && line.hasSuffix("\tLocal Captain\t\(text)"))
    }
    #expect(tail.readLine() == nil)
    #expect(tail.wait() == 0)
    #expect(second.stop(SIGTERM) == 0)
  }

  @Test(.timeLimit(.minutes(1))) func refusalsEndTheCommand() async throws {
    let data = FileManager.default.temporaryDirectory.appending(path: "clickclack-\(UUID().uuidString)").path()
    defer { _ = Result { try FileManager.default.removeItem(atPath: data) } }
    let (server, url) = try serve("127.0.0.1:0", data: data)
    let stranger = await CommandRun(["tail", "--server", url, "--token", "sst_nope"])
    #expect(stranger.exitCode == 1 && stranger.errors.hasSuffix("(401)\n"))
    let nowhere = await CommandRun(["tail", "--server", url, "--channel", "nope"])
    #expect(nowhere.exitCode == 1 && nowhere.errors.contains("there is no channel 'nope'"))
    #expect(server.stop(SIGTERM) == 0)
  }

  @Test func serverAddressesAreTakenApart() {
    let plain = ServerAddress("http://127.0.0.1:8080")
    #expect(plain.authority == "127.0.0.1:8080" && plain.path.isEmpty)
    let prefixed = ServerAddress("https://chat.example/team/chat")
    #expect(prefixed.authority == "chat.example" && prefixed.path == "/team/chat")
  }
}
