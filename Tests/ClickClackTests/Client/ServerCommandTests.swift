import Foundation
import Storage
import Testing

@testable import clickclack

/// Client commands against a real server, each as a process.
@Suite(.timeLimit(.minutes(1))) struct ServerCommandTests {
  @Test func filesAreUploadedAndAttached() throws {
    let server = try LocalServer()
    let files = try TemporaryDirectory()
    _ = try files.file("a \"b\" ü.txt", holding: Data("hello\n".utf8))
    _ = try files.file("empty.png")
    let sent = try server.run("upload", files.path + "/a \"b\" ü.txt", files.path + "/empty.png", "--text", "look")
    #expect(sent.exitCode == 0, "\(sent.errors)")
    try #require(sent.table.map { $0.count } == [4, 4])
    let message = sent.table[0][3]
    #expect(sent.table[0][1] == "6" && sent.table[1].dropFirst() == ["0", "empty.png", message])

    let listed = try server.run("messages", "list", "--json")
    let document = try JSONDecoder().decode(Listing.self, from: Data(listed.output.utf8))
    #expect(document.messages.map(\.body) == ["look"])
    let attachments = try #require(document.messages[0].attachments)
    #expect(attachments.map(\.id) == sent.table.map { $0[0] })
    #expect(attachments.map(\.content_type) == ["text/plain", "image/png"])
    #expect(attachments[0].filename.hasSuffix("ü.txt"))
  }

  @Test func standardInputIsStreamed() throws {
    let server = try LocalServer()
    let text = Data((0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
    let id = try server.run("upload", "-", "--name", "dump.bin", "--plain", input: text)
    #expect(id.exitCode == 0 && id.errors.isEmpty, "\(id.errors)")
    let stored = try FileManager.default.subpathsOfDirectory(atPath: server.data)
      .map { URL(filePath: "\(server.data)/\($0)") }
      .filter { try $0.resourceValues(forKeys: [.fileSizeKey]).fileSize == text.count }
    #expect(try stored.map { try Data(contentsOf: $0) } == [text])
    // A pipe has no length in advance.
    let message = try server.run("send", "x", "--plain").line
    let piped = Process()
    piped.executableURL = URL(filePath: "/bin/sh")
    piped.arguments = [
      "-c",
      "head -c 3000000 /dev/zero | '\(Program.url.path())' --server \(server.url) upload - --message \(message) | cut -f2",
    ]
    let output = Pipe()
    piped.standardOutput = output
    try piped.run()
    #expect(try output.fileHandleForReading.readToEnd() == Data("3000000\n".utf8))
    piped.waitUntilExit()
  }

  @Test func uploadsCanBeRepeated() throws {
    let server = try LocalServer()
    let files = try TemporaryDirectory()
    _ = try files.file("a.txt", holding: Data("hello\n".utf8))
    let words = ["--server", server.url, "upload", files.path + "/a.txt", "--text", "once", "--nonce", "n1"]
    let first = try ProgramRun(words)
    #expect(first.exitCode == 0, "\(first.errors)")
    #expect(try ProgramRun(words).output == first.output)
    #expect(try server.run("messages", "list", "--plain").table.count == 1)
  }

  @Test func filesMayHaveNamesThatNoFormCanCarry() throws {
    let server = try LocalServer()
    let files = try TemporaryDirectory()
    _ = try files.file("a\u{1B}[31m\nb.txt", holding: Data("hello\n".utf8))
    let sent = try server.run("upload", files.path + "/a\u{1B}[31m\nb.txt")
    #expect(sent.exitCode == 0, "\(sent.errors)")
    #expect(sent.table.first?[2] == "a_[31m_b.txt")
  }

  @Test func uploadsThatCannotBe() throws {
    let server = try LocalServer(flags: ["--upload-bytes-max", "1KiB"])
    let large = try server.run("upload", "-", input: Data(count: 5_000_000))
    #expect(large.exitCode == 65 && large.errors.contains("(413)"), "\(large.errors)")
    #expect(try server.run("upload", "/nonexistent").exitCode == 66)
    #expect(try server.run("upload", "/").exitCode == 66)
    #expect(try server.run("send", "--file", "/").exitCode == 66)
    #expect(try server.run("upload", "-", "-").exitCode == 64)
    #expect(try server.run("upload", "-", "--message", "msg_nope", input: Data("x".utf8)).exitCode == 66)
  }

  @Test func directConversations() throws {
    let server = try LocalServer()
    let (ann, environment) = try server.addPerson("Ann")
    let id = try server.run("dms", "open", ann).line
    #expect(id.hasPrefix("dm_"))
    #expect(try server.run("dms", "open", ann, "--plain").line == id)
    let sent = try server.run("dms", "send", id, "psst", "there", "--plain").line
    #expect(try server.run("dms", "list", environment: environment).table.map { $0[1] } == ["1"])
    let read = try server.run("dms", "read", id, "--mark", environment: environment)
    #expect(read.table == [["1", sent, "Local Captain", "psst there"]])
    #expect(try server.run("dms", "list", environment: environment).table.map { $0[1] } == ["0"])
    #expect(try server.run("search", "psst", "--direct", id).table.map { $0[1] } == [id])
    #expect(try server.run("dms", "hide", id).output == "hidden \(id)\n")
    #expect(try server.run("dms", "list").output.isEmpty)
    #expect(try server.run("dms", "open", id).line == id)
    #expect(try server.run("dms", "list", "--plain").output == "\(id)\n")
    #expect(try server.run("dms", "open", "@nobody").exitCode == 66)
  }

  @Test func peopleAreFoundByHandle() throws {
    let server = try LocalServer()
    let (ann, environment) = try server.addPerson("Ann")
    // A handle that begins with another one's must not be taken for it.
    let (_, annette) = try server.addPerson("Annette")
    for (handle, person) in [("ann", environment), ("annette", annette)] {
      let profile = JSONValue.object(["display_name": .string("A"), "handle": .string(handle)])
      let answer = try CurlTransfer(
        method: "PATCH", url: server.url + "/api/me",
        headers: ["X-ClickClack-User: \(person["CLICKCLACK_USER_ID"] ?? "")"], body: .json(profile), environment: [:]
      ).run()
      #expect(answer.status == 200)
    }
    let sent = try server.run("dms", "send", "@Ann", "hello")
    #expect(sent.exitCode == 0, "\(sent.errors)")
    let id = try server.run("dms", "open", ann).line
    #expect(try server.run("dms", "read", "@ann", "--plain").table.count == 1)
    #expect(sent.output.hasSuffix(" in \(id)\n"))
  }

  @Test func threadsReactionsAndSearch() throws {
    let server = try LocalServer()
    let root = try server.run("send", "root word", "--plain").line
    _ = try server.run("send", "other word")
    #expect(try server.run("threads", "list").output.isEmpty)
    _ = try server.run("threads", "reply", root, "answer")
    let threads = try server.run("threads", "list").table
    #expect(threads.map { [$0[0], $0[1], $0[3], $0[4]] } == [[root, "1", "Local Captain", "root word"]])
    _ = try server.run("reactions", "add", root, "👍")
    #expect(try server.run("reactions", "list", root).table == [["👍", "1", "yours"]])
    #expect(try server.run("reactions", "list", root, "--json").output.contains(#""count":1"#))

    let page = try server.run("search", "word", "--limit", "1")
    #expect(page.table.count == 1 && page.errors.contains("--cursor "))
    let all = try server.run("search", "word", "--limit", "1", "--all", "--newest", "--plain")
    #expect(all.table.count == 2 && all.table.last == [root] && all.errors.isEmpty)
    #expect(try server.run("search", "word", "--channel", "general", "--direct", "dm_1").exitCode == 64)
  }

  @Test func aLinkSignsInUntilLogout() throws {
    let server = try LocalServer()
    let home = try TemporaryDirectory()
    let environment = ["HOME": home.path]
    let link = try ProgramRun(["admin", "magic-link", "create", "--data", server.data, "--email", "ann@example.com"])
    let login = try server.run("login", "--link-stdin", input: Data(link.output.utf8), environment: environment)
    #expect(login.exitCode == 0, "\(login.errors)")
    let stored = try CredentialFile(environment: environment)?.read().accounts[server.url]
    let account = try #require(stored)
    #expect(try server.run("whoami", "--plain", environment: environment).line == account.userID)
    #expect(try server.run("logout", environment: environment).exitCode == 0)
    // Gone here, and worth nothing at the server.
    #expect(try CredentialFile(environment: environment)?.read() == CredentialFile.Content())
    #expect(try server.run("whoami", "--token", account.token).exitCode == 77)
    // A link works once.
    let again = try server.run("login", "--link-stdin", input: Data(link.output.utf8), environment: environment)
    #expect([65, 66, 77].contains(again.exitCode), "\(again.errors)")
  }

  @Test func statusIsOfUseWithoutAWorkspace() throws {
    let server = try LocalServer()
    let user = try ProgramRun(["admin", "user", "create", "--data", server.data, "--name", "New"]).line
    let status = try server.run("status", environment: ["CLICKCLACK_USER_ID": user])
    #expect(status.table == [["server", server.url], ["user", user, "New"]])
    #expect(status.exitCode == 66)
    #expect(try server.run("status", "--plain").table.count == 3)
  }

  private struct Listing: Decodable {
    struct Message: Decodable {
      struct Attachment: Decodable {
        let id: String
        let filename: String
        let content_type: String
      }
      let body: String
      let attachments: [Attachment]?
    }
    let messages: [Message]
  }
}
