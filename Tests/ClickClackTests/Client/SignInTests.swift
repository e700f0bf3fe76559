import Foundation
import Testing

@testable import clickclack

/// `login` and `logout`, and who gets to see the token.
@Suite struct SignInTests {
  private static let user = #"{"user":{"display_name":"Ann","id":"usr_1"}}"#
  private let home: TemporaryDirectory
  private var environment: [String: String] { ["HOME": home.path] }

  init() throws { home = try TemporaryDirectory() }

  private func stub(_ more: [String: (Int, String)] = [:]) -> StubServer {
    let answers = more.merging(["GET /api/me": (200, Self.user)]) { given, _ in given }
    return StubServer(answers.mapValues { (status: $0.0, body: $0.1) })
  }

  private func run(_ words: String..., input: String = "", more: [String: String] = [:]) throws -> ProgramRun {
    try ProgramRun(words, input: Data(input.utf8), environment: environment.merging(more) { $1 })
  }

  @Test func severalServersAreKeptSideBySide() throws {
    let (one, other) = (stub(), stub())
    defer { for server in [one, other] { server.stop() } }
    #expect(try run("login", "--server", one.url, "--token-stdin", input: "sst_one\n").output.hasSuffix(" as Ann\n"))
    #expect(try run("login", "--server", other.url, "--token", "sst_other", "--plain").output == "usr_1\n")
    for (server, token) in [(one, "sst_one"), (other, "sst_other")] {
      #expect(try run("whoami", "--server", server.url).exitCode == 0)
      #expect(server.requests.last?.headers["authorization"] == "Bearer \(token)")
    }
    // Where nothing says which server, it is the last one.
    let count = other.requests.count
    #expect(try run("whoami", "--plain").output == "usr_1\n")
    #expect(other.requests.count == count + 1)
    // The address decides, not the machine: this is the same server under a name that was never signed in to.
    let alias = "http://localhost:\(one.port)"
    #expect(try run("whoami", "--server", alias).exitCode == 0)
    #expect(one.requests.last?.headers["authorization"] == nil)
    #expect(try run("whoami", "--server", one.url + "/prefix").exitCode == 66)
    #expect(one.requests.last?.headers["authorization"] == nil)
  }

  @Test func whatIsGivenWinsOverWhatIsStored() throws {
    let server = stub()
    defer { server.stop() }
    _ = try run("login", "--server", server.url, "--token", "sst_stored")
    func authorization(_ words: String..., more: [String: String] = [:]) throws -> String? {
      _ = try ProgramRun(["whoami", "--server", server.url] + words, environment: environment.merging(more) { $1 })
      return server.requests.last?.headers["authorization"]
    }
    #expect(try authorization() == "Bearer sst_stored")
    #expect(try authorization(more: ["CLICKCLACK_TOKEN": "sst_env"]) == "Bearer sst_env")
    #expect(try authorization("--token", "sst_flag", more: ["CLICKCLACK_TOKEN": "sst_env"]) == "Bearer sst_flag")
    #expect(try authorization("--token", "") == nil)
    #expect(try authorization("--user", "usr_2") == nil)
    // A token from elsewhere is not for the server that was signed in to last.
    let count = server.requests.count
    _ = try run("whoami", more: ["CLICKCLACK_TOKEN": "sst_env"])
    #expect(server.requests.count == count)
  }

  @Test func redirectsAreNotFollowed() throws {
    let target = stub()
    let origin = stub(["GET /api/workspaces": (302, target.url + "/api/workspaces")])
    defer { for server in [origin, target] { server.stop() } }
    _ = try run("login", "--server", origin.url, "--token", "sst_secret")
    let moved = try run("workspaces", "list", "--server", origin.url)
    #expect(moved.exitCode == 76 && moved.errors.contains("answered 302"))
    #expect(target.requests.isEmpty)
  }

  @Test func passwordsAndLinksBecomeTokens() throws {
    let session = #"{"session":{},"token":"sst_new","user":{}}"#
    let server = stub([
      "POST /api/auth/password/login": (200, session), "POST /api/auth/magic/consume": (200, session),
    ])
    defer { server.stop() }
    let password = try run(
      "login", "--server", server.url, "--email", "a@b.example", "--password-stdin", input: "pa ss\n",
      more: ["CLICKCLACK_TOKEN": "sst_other"])
    #expect(password.exitCode == 0, "\(password.errors)")
    #expect(server.requests[0].body == #"{"email":"a@b.example","password":"pa ss"}"#)
    #expect(server.requests[0].headers["authorization"] == nil)
    #expect(server.requests[1].headers["authorization"] == "Bearer sst_new")
    for link in ["https://chat.example/app/magic#mgt_x", "mgt_x", "https://chat.example/login?token=mgt_x"] {
      _ = try run("login", "--server", server.url, "--link-stdin", input: link)
      #expect(server.requests.dropLast().last?.body == #"{"token":"mgt_x"}"#)
    }
  }

  /// A terminal of its own, from script(1): what is typed must not be shown.
  @Test(.timeLimit(.minutes(1))) func thePasswordIsReadFromTheTerminalWithoutEcho() throws {
    let server = stub(["POST /api/auth/password/login": (200, #"{"token":"sst_new"}"#)])
    defer { server.stop() }
    func type(_ keys: String) throws -> String {
      let process = Process()
      let (typed, shown) = (Pipe(), Pipe())
      process.executableURL = URL(filePath: "/usr/bin/script")
      process.arguments = [
        "-qec", "\(Program.url.path()) login --server \(server.url) --email a@b.example", "/dev/null",
      ]
      process.environment = Program.environment(environment)
      (process.standardInput, process.standardOutput) = (typed, shown)
      try process.run()
      var text = ""
      while !text.contains("Password of") {
        let data = shown.fileHandleForReading.availableData
        if data.isEmpty { break }
        text += String(decoding: data, as: UTF8.self)
      }
      typed.fileHandleForWriting.write(Data(keys.utf8))
      text += String(decoding: try shown.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
      process.waitUntilExit()
      return text + "exit \(process.terminationStatus)"
    }
    let text = try type("nonsense\u{15}secrex\u{7F}t\r")
    #expect(text.contains("signed in to") && text.hasSuffix("exit 0"))
    #expect(!text.contains("secre") && !text.contains("nonsense"))
    #expect(server.requests[0].body == #"{"email":"a@b.example","password":"secret"}"#)
    #expect(try type("abc\u{3}").hasSuffix("exit 130"))
  }

  @Test func oneWayToSignInIsNeeded() throws {
    for words in [[], ["--token", "a", "--token-stdin"], ["--email", "a", "--link", "b"]] {
      #expect(try ProgramRun(["login"] + words, environment: environment).exitCode == 64, "\(words)")
    }
    #expect(try run("login", "--token-stdin").exitCode == 64)
    #expect(try ProgramRun(["login", "--token", "sst_x"]).errors.contains("HOME"))
  }

  @Test func aRefusedTokenIsNotStored() throws {
    let server = stub(["GET /api/me": (401, #"{"error":"unauthorized"}"#)])
    defer { server.stop() }
    #expect(try run("login", "--server", server.url, "--token", "sst_bad").exitCode == 77)
    #expect(!FileManager.default.fileExists(atPath: home.path + "/.config"))
    let anonymous = try run("whoami", "--server", server.url)
    #expect(anonymous.errors == "error: unauthorized (401); sign in with 'clickclack login'\n")
  }

  @Test func logoutEndsTheSessionAndForgets() throws {
    let server = stub(["POST /api/auth/logout": (204, "")])
    defer { server.stop() }
    func logout(_ words: String...) throws -> [String] {
      let before = server.requests.count
      let run = try ProgramRun(["logout", "--server", server.url] + words, environment: environment)
      #expect(run.exitCode == 0, "\(run.errors)")
      #expect(try ProgramRun(["logout", "--server", server.url], environment: environment).exitCode == 77)
      return server.requests.dropFirst(before).map { "\($0.target) \($0.headers["authorization"] ?? "")" }
    }
    for (token, words, requests) in [
      ("sst_a", [], ["/api/auth/logout Bearer sst_a"]), ("sst_a", ["--forget"], []), ("ccb_bot", [], []),
    ] as [(String, [String], [String])] {
      _ = try run("login", "--server", server.url, "--token", token)
      #expect(try words.isEmpty ? logout() == requests : logout(words[0]) == requests)
    }
    // Another one's token is ended, but the stored one stays.
    _ = try run("login", "--server", server.url, "--token", "sst_mine")
    #expect(try run("logout", "--server", server.url, "--token", "sst_theirs").exitCode == 0)
    #expect(try run("whoami", "--server", server.url).exitCode == 0)
    #expect(server.requests.last?.headers["authorization"] == "Bearer sst_mine")
  }

  @Test func aSessionThatCouldNotBeEndedIsKept() throws {
    let server = stub(["POST /api/auth/logout": (503, #"{"error":"busy"}"#)])
    _ = try run("login", "--server", server.url, "--token", "sst_a")
    #expect(try run("logout", "--server", server.url).exitCode == 75)
    server.stop()
    #expect(try run("logout", "--server", server.url).exitCode == 69)
    #expect(try run("logout", "--server", server.url, "--forget").exitCode == 0)
  }
}
