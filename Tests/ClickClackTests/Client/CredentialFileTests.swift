import Foundation
import Testing

@testable import clickclack

@Suite struct CredentialFileTests {
  private let home: TemporaryDirectory
  private let file: CredentialFile
  private var directory: String { home.path + "/clickclack" }
  private var path: String { directory + "/credentials.json" }

  init() throws {
    home = try TemporaryDirectory()
    file = try #require(CredentialFile(environment: ["XDG_CONFIG_HOME": home.path]))
  }

  private func save(_ token: String, for server: String) throws {
    try file.update { content in
      content.current = server
      content.accounts[server] = CredentialFile.Account(token: token, userID: "usr_1", name: "Ann")
    }
  }

  private func mode(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  @Test func itIsForTheOwnerOnly() throws {
    #expect(try file.read() == CredentialFile.Content())
    #expect(!FileManager.default.fileExists(atPath: directory))
    try save("sst_a", for: "https://a.example")
    try save("sst_b", for: "https://b.example")
    let content = try file.read()
    #expect(content.current == "https://b.example")
    #expect(content.accounts.mapValues(\.token) == ["https://a.example": "sst_a", "https://b.example": "sst_b"])
    #expect(try mode(directory) == 0o700)
    #expect(try mode(path) == 0o600)
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["credentials.json"])
  }

  @Test func aFileThatOthersMayReadIsRefused() throws {
    try save("sst_a", for: "https://a.example")
    for mode in [0o640, 0o604, 0o660] {
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
      #expect(throws: CommandFailure.self) { try file.read() }
      #expect(throws: CommandFailure.self) { try file.update { _ in } }
    }
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    #expect(try file.read().accounts.count == 1)
    try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: directory)
    #expect(throws: CommandFailure.self) { try file.read() }
  }

  @Test func linksAreNotFollowed() throws {
    let elsewhere = try TemporaryDirectory()
    let target = elsewhere.path + "/other.json"
    try Data(#"{"servers":{}}"#.utf8).write(to: URL(filePath: target))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: target)
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
    #expect(throws: CommandFailure.self) { try file.read() }
    #expect(throws: CommandFailure.self) { try save("sst_a", for: "https://a.example") }
    #expect(try String(contentsOfFile: target, encoding: .utf8) == #"{"servers":{}}"#)

    try FileManager.default.removeItem(atPath: directory)
    try FileManager.default.createSymbolicLink(atPath: directory, withDestinationPath: elsewhere.path)
    #expect(throws: CommandFailure.self) { try save("sst_a", for: "https://a.example") }
    #expect(try FileManager.default.contentsOfDirectory(atPath: elsewhere.path) == ["other.json"])
  }

  @Test func brokenFilesAreRefusedAndKept() throws {
    try save("sst_a", for: "https://a.example")
    for text in ["", "{", "[]", #"{"servers":[]}"#] {
      let handle = try FileHandle(forWritingTo: URL(filePath: path))
      try handle.truncate(atOffset: 0)
      try handle.write(contentsOf: Data(text.utf8))
      #expect(throws: CommandFailure.self) { try file.update { _ in } }
      #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
    }
  }

  @Test func changesDoNotOverwriteEachOther() async throws {
    let file = file
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<24 {
        group.addTask {
          try file.update {
            $0.accounts["https://\(index).example"] = .init(token: "sst_\(index)", userID: "", name: "")
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try file.read().accounts.count == 24)
  }

  @Test func oneServerHasOneName() {
    let key = CredentialFile.key(of:)
    #expect(key("https://Chat.Example:443") == "https://chat.example")
    #expect(key("HTTP://chat.example:80") == "http://chat.example")
    #expect(key("https://chat.example/Team") == "https://chat.example/Team")
    let different = [
      "https://chat.example", "http://chat.example", "https://chat.example:8443", "https://chat.example.evil",
      "https://chat.example/a", "https://chat.example/é", "https://chat.example:84/é", "https://chat.example:8443/é",
      "https://evil.example", "https://[::1]", "https://[::1]:81",
    ]
    #expect(Set(different.map(key)).count == different.count)
  }

  @Test func theHomeDirectoryIsTheFallback() throws {
    #expect(CredentialFile(environment: [:]) == nil)
    #expect(CredentialFile(environment: ["XDG_CONFIG_HOME": "relative"]) == nil)
    let fallback = try #require(
      CredentialFile(environment: ["XDG_CONFIG_HOME": "relative", "HOME": home.path]))
    try fallback.update { $0.current = "x" }
    #expect(FileManager.default.fileExists(atPath: home.path + "/.config/clickclack/credentials.json"))
  }
}
