import Foundation
import Testing

@testable import clickclack

/// The real server and the real client, a process each.
@Suite struct TailTests {
  private func send(_ text: String, _ url: String, channel: String = "general") async {
    let run = await CommandRun(["send", text, "--server", url, "--channel", channel])
    #expect(run.exitCode == 0, "\(run.errors)")
  }

  /// With a replay of one event, the server asks the client to start afresh (4001).
  @Test(.timeLimit(.minutes(1)), arguments: [[], ["--replay-max", "1"]])
  func everyMessageIsPrintedOnceAcrossACrash(flags: [String]) async throws {
    let first = try LocalServer()
    let url = first.url
    await send("old", url)
    await send("last", url)
    let tail = try Program(["tail", "--server", url, "--lines", "1", "--count", "5"])
    #expect(try #require(tail.readLine()).hasSuffix("\tLocal Captain\tlast"))
    await send("live", url)
    #expect(try #require(tail.readLine()).hasSuffix("\tLocal Captain\tlive"))
    _ = first.program.stop(SIGKILL)

    let second = try LocalServer(
      in: first.directory, address: String(url.dropFirst("http://".count)), flags: flags)
    for text in ["a", "b", "c"] { await send(text, url) }
    await send("d", url)
    for (position, text) in ["a", "b", "c", "d"].enumerated() {
      let line = try #require(tail.readLine())
      #expect(line.hasPrefix("\(position + 4)\tmsg_") && line.hasSuffix("\tLocal Captain\t\(text)"))
    }
    #expect(tail.readLine() == nil)
    #expect(tail.wait() == 0)
    #expect(second.program.stop(SIGTERM) == 0)
  }

  @Test(.timeLimit(.minutes(1))) func refusalsEndTheCommand() async throws {
    let server = try LocalServer()
    let url = server.url
    let stranger = await CommandRun(["tail", "--server", url, "--token", "sst_nope"])
    #expect(stranger.exitCode == 77 && stranger.errors.hasSuffix("(401)\n"))
    let nowhere = await CommandRun(["tail", "--server", url, "--channel", "nope"])
    #expect(nowhere.exitCode == 66 && nowhere.errors.contains("there is no channel 'nope'"))
    #expect(server.program.stop(SIGTERM) == 0)
  }

  @Test func serverAddressesAreTakenApart() {
    let plain = ServerAddress("http://127.0.0.1:8080")
    #expect(plain.authority == "127.0.0.1:8080" && plain.path.isEmpty)
    let prefixed = ServerAddress("https://chat.example/team/chat")
    #expect(prefixed.authority == "chat.example" && prefixed.path == "/team/chat")
  }
}
