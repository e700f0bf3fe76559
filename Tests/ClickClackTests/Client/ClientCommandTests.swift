import Testing

@testable import clickclack

@Suite struct ClientCommandTests {
  private static let user = #"{"id":"usr_1","display_name":"Local Captain"}"#
  private static let workspace = #"{"id":"wsp_1","name":"ClickClack","route_id":"T1","slug":"clickclack"}"#
  private static let other = #"{"id":"wsp_2","name":"Other","route_id":"T2","slug":"other"}"#
  private static let general = #"{"id":"chn_1","kind":"public","name":"general"}"#
  private static let ops = #"{"id":"chn_2","kind":"public","name":"ops"}"#
  private static let message = #"{"author":{"display_name":"Local Captain"},"body":"hi","channel_seq":1,"id":"msg_1"}"#

  private static let answers: [String: (Int, String)] = [
    "GET /api/me": (200, #"{"user":\#(user)}"#),
    "GET /api/workspaces": (200, #"{"workspaces":[\#(workspace),\#(other)]}"#),
    "GET /api/workspaces/wsp_1/channels": (200, #"{"channels":[\#(ops),\#(general)]}"#),
    "GET /api/workspaces/wsp_2/channels": (200, #"{"channels":[{"id":"chn_9","kind":"public","name":"far"}]}"#),
    "POST /api/channels/chn_1/messages": (201, #"{"event":{},"message":\#(message)}"#),
    "POST /api/channels/chn_2/messages": (201, #"{"message":{"id":"msg_2"}}"#),
    "POST /api/channels/chn_9/messages": (201, #"{"message":{"id":"msg_9"}}"#),
    "GET /api/channels/chn_1/messages": (200, #"{"has_newer":false,"messages":[\#(message)]}"#),
    "GET /api/channels/chn_1/messages?limit=2&after_seq=6": (200, #"{"messages":[]}"#),
    "GET /api/messages/msg_1/thread": (
      200, #"{"replies":[{"author":{"display_name":"A"},"body":"one","id":"msg_3"}],"root":\#(message)}"#
    ),
    "POST /api/messages/msg_1/thread/replies": (201, #"{"message":{"id":"msg_4"}}"#),
    "POST /api/messages/msg_1/reactions": (201, #"{"reactions":[]}"#),
    "DELETE /api/messages/msg_1/reactions/a%2Fb%20%F0%9F%91%8D": (200, #"{"reactions":[]}"#),
    "GET /api/search?workspace_id=wsp_1&q=quick%20fox&sort=newest": (
      200,
      #"{"results":[{"author":{"display_name":"A"},"channel_name":"ops","id":"msg_5","snippet":"fox"}]}"#
    ),
    "GET /api/dms?workspace_id=wsp_1": (
      200,
      #"{"conversations":[{"id":"dm_1","members":[{"display_name":"A"},{"display_name":"B"}],"unread_count":2}]}"#
    ),
  ]

  /// Runs a command against a fresh stub and returns what the stub saw as well.
  private func run(
    _ words: String..., input: String = "", environment: [String: String] = [:], isTerminal: Bool = false
  ) async -> (run: CommandRun, requests: [StubServer.Request]) {
    let server = StubServer(Self.answers.mapValues { (status: $0.0, body: $0.1) })
    let run = await CommandRun(
      ["--server", server.url] + words, input: input, environment: environment, isTerminal: isTerminal)
    server.stop()
    return (run, server.requests)
  }

  @Test func whoamiInThreeForms() async {
    #expect(await run("whoami").run.output == "usr_1\tLocal Captain\n")
    #expect(await run("whoami", "--plain").run.output == "usr_1\n")
    #expect(
      await run("whoami", "--json").run.output == "{\"user\":{\"display_name\":\"Local Captain\",\"id\":\"usr_1\"}}\n")
    #expect(await run("whoami", "--json", "--plain").run.exitCode == 64)
  }

  @Test func credentialsAreSentAsConfigured() async {
    let plain = await run("whoami").requests[0].headers
    #expect(plain["authorization"] == nil && plain["x-clickclack-user"] == nil)
    let flags = await run("--user", "usr_7", "whoami", "--token", "ccb_x").requests[0].headers
    #expect(flags["authorization"] == "Bearer ccb_x")
    #expect(flags["x-clickclack-user"] == "usr_7")
    let variables = ["CLICKCLACK_TOKEN": "sst_y", "CLICKCLACK_USER_ID": "usr_8", "CLICKCLACK_BOGUS": "1"]
    let environment = await run("whoami", environment: variables).requests[0].headers
    #expect(environment["authorization"] == "Bearer sst_y")
    #expect(environment["x-clickclack-user"] == "usr_8")
    let injected = await run("whoami", "--token", "a\r\nX-Evil: 1")
    #expect(injected.run.exitCode == 64 && injected.requests.isEmpty)
  }

  @Test func theServerMayComeFromTheEnvironment() async {
    let server = StubServer(["GET /chat/api/me": (200, #"{"user":\#(Self.user)}"#)])
    let run = await CommandRun(["whoami", "--plain"], environment: ["CLICKCLACK_SERVER": "\(server.url)/chat/"])
    server.stop()
    #expect(run.output == "usr_1\n")
  }

  @Test func statusNamesEverything() async {
    let (text, requests) = await run("status")
    #expect(
      text.output.contains(
        "user\tusr_1\tLocal Captain\nworkspace\twsp_1\tclickclack\tClickClack\nchannel\tchn_1\tgeneral\n"))
    #expect(
      requests.map(\.target) == [
        "/api/me", "/api/workspaces", "/api/workspaces/wsp_1/channels", "/api/admin/status",
      ])
    #expect(text.output.hasSuffix("client version\t\(VersionCommand.version)\n"))
    let json = await run("--json", "status").run.output
    #expect(json.hasPrefix("{\"channel\":\(Self.general),\"server\":\"http://127.0.0.1:"))
    #expect(json.hasSuffix(",\"workspace\":\(Self.workspace)}\n"))
  }

  @Test func listsAreTabSeparated() async {
    #expect(await run("workspaces", "list").run.output == "wsp_1\tclickclack\tClickClack\nwsp_2\tother\tOther\n")
    #expect(await run("workspaces", "list", "--plain").run.output == "wsp_1\nwsp_2\n")
    #expect(await run("channels", "list").run.output == "chn_2\tops\tpublic\nchn_1\tgeneral\tpublic\n")
    #expect(
      await run("channels", "list", "--json").run.output
        == "{\"channels\":[\(Self.ops),\(Self.general)],\"workspace\":\(Self.workspace)}\n")
    #expect(await run("dms", "list").run.output == "dm_1\t2\tA, B\n")
    #expect(await run("search", "quick", "fox", "--newest").run.output == "msg_5\t#ops\tA\tfox\n")
  }

  @Test func workspacesAreFoundByIdRouteOrSlug() async {
    for name in ["wsp_2", "T2", "other", "OTHER"] {
      #expect(await run("--workspace", name, "channels", "list", "--plain").run.output == "chn_9\n", "\(name)")
    }
    let missing = await run("channels", "list", "--workspace", "nope").run
    #expect(missing.exitCode == 66)
    #expect(missing.errors == "error: you belong to no workspace 'nope'\n")
  }

  @Test func channelsAreFoundByIdOrName() async {
    for (name, message) in [
      ("ops", "msg_2"), ("#ops", "msg_2"), ("OPS", "msg_2"), ("chn_2", "msg_2"), ("", "msg_1"), ("chn_9", "msg_9"),
    ] {
      #expect(await run("send", "x", "--plain", "--channel=\(name)").run.output == "\(message)\n", "\(name)")
    }
    for name in ["nope", "far"] {
      let run = await run("send", "--channel", name, "--body", "x").run
      #expect(run.errors == "error: there is no channel '\(name)' in 'clickclack'\n")
    }
    #expect(await run("--workspace", "clickclack", "send", "x", "--channel", "chn_9").run.exitCode == 66)
  }

  @Test func messagesComeFromOneSource() async throws {
    #expect(
      await run("send", "hello", "from", "the", "shell").requests.last?.body == #"{"body":"hello from the shell"}"#)
    #expect(await run("send", "--", "--help").requests.last?.body == #"{"body":"--help"}"#)
    #expect(await run("send", "--stdin", input: "a\nb\n").requests.last?.body == #"{"body":"a\nb\n"}"#)
    #expect(
      await run("send", "--body", "x", "--reply-to", "msg_7", "--nonce", "n").requests.last?.body
        == #"{"body":"x","nonce":"n","quoted_message_id":"msg_7"}"#)
    for words in [
      ["send"], ["send", "a", "--body", "b"], ["send", "--stdin", "--file", "x"], ["send", "--body", "  "],
    ] {
      let run = await CommandRun(words + ["--server", "http://127.0.0.1:1"])
      #expect(run.exitCode == 64, "\(words)")
    }
    #expect(await run("send", "--file", "/nonexistent/body.md").requests.isEmpty)
  }

  @Test func sendingPrintsTheMessage() async {
    #expect(await run("send", "x").run.output == "sent msg_1 to #general\n")
    #expect(await run("messages", "send", "x", "--plain").run.output == "msg_1\n")
    #expect(await run("send", "x", "--json").run.output == "{\"event\":{},\"message\":\(Self.message)}\n")
  }

  @Test func messagesAreListedWithTheirPosition() async {
    #expect(await run("messages", "list").run.output == "1\tmsg_1\tLocal Captain\thi\n")
    let page = await run("messages", "list", "--after-seq", "6", "--limit", "2")
    #expect(page.run.exitCode == 0 && page.run.output.isEmpty)
    #expect(
      await run("messages", "list", "--json").run.output
        == "{\"channel\":\(Self.general),\"messages\":[\(Self.message)]}\n")
    #expect(await run("messages", "list", "--limit", "0").run.exitCode == 64)
  }

  @Test func threadsAndReplies() async {
    #expect(await run("threads", "open", "msg_1").run.output == "msg_1\thi\nmsg_3\tA\tone\n")
    #expect(await run("thread", "open", "msg_1", "--plain").run.output == "msg_1\nmsg_3\n")
    for words in [["threads", "reply"], ["thread", "reply"], ["reply"]] {
      let server = StubServer(Self.answers.mapValues { (status: $0.0, body: $0.1) })
      let run = await CommandRun(words + ["msg_1", "--body", "x", "--server", server.url])
      server.stop()
      #expect(run.output == "sent msg_4 in thread msg_1\n", "\(words)")
    }
    #expect(await run("threads", "open").run.exitCode == 64)
    #expect(await run("threads", "open", "msg_nope").run.errors == "error: not found (404)\n")
    #expect(await run("threads", "open", "..").requests.map(\.target) == ["/api/messages/../thread"])
  }

  @Test func reactionsAreEncoded() async {
    let added = await run("reactions", "add", "msg_1", "👍")
    #expect(added.run.output == "reaction added to msg_1\n")
    #expect(added.requests[0].body == #"{"emoji":"👍"}"#)
    #expect(await run("reactions", "remove", "msg_1", "a/b 👍").run.output == "reaction removed from msg_1\n")
    #expect(await run("reactions", "add", "msg_1", "ok", "--json").run.output == "{\"reactions\":[]}\n")
    let plain = await run("reactions", "add", "msg_1", "never", "--plain")
    #expect(plain.run.exitCode == 64 && plain.requests.isEmpty)
    #expect(await run("reactions", "toggle", "msg_1", "x").run.exitCode == 64)
  }

  @Test func terminalsAreProtected() async {
    let hostile = #"{"user":{"display_name":"\u001b]0;pwned\u0007\u009b31m","id":"usr_1"}}"#
    let server = StubServer(["GET /api/me": (200, hostile)])
    let shown = await CommandRun(["whoami", "--server", server.url], isTerminal: true)
    let piped = await CommandRun(["whoami", "--server", server.url])
    server.stop()
    #expect(shown.output == "usr_1\t\u{FFFD}]0;pwned\u{FFFD}\u{FFFD}31m\n")
    #expect(piped.output == "usr_1\t\u{1B}]0;pwned\u{7}\u{9B}31m\n")
  }

  @Test func refusalsStayOnOneLine() async {
    let server = StubServer(["GET /api/me": (400, #"{"error":"no\r\nerror: and\nthis"}"#)])
    let refused = await CommandRun(["whoami", "--server", server.url])
    server.stop()
    #expect(refused.errors == "error: no error: and this (400)\n")
  }

  @Test func unusableAnswersAreExplained() async {
    let server = StubServer(["GET /api/me": (200, "<html>"), "GET /api/workspaces": (502, "bad gateway")])
    let html = await CommandRun(["whoami", "--server", server.url])
    let gateway = await CommandRun(["workspaces", "list", "--server", server.url])
    server.stop()
    #expect(html.exitCode == 76 && html.errors.contains("is it a ClickClack server?"))
    #expect(gateway.exitCode == 75 && gateway.errors.hasSuffix("answered 502\n"))
    let refused = await CommandRun(["whoami", "--server", server.url])
    #expect(refused.exitCode == 69 && refused.errors.hasPrefix("error: no answer from \(server.url)/api/me"))
    #expect(await CommandRun(["whoami", "--server", "localhost"]).exitCode == 64)
  }
}
