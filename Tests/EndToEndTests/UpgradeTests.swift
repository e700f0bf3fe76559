import FoundationEssentials
import Glibc
import HTTP
import Storage
import Testing

extension EndToEnd {
  /// Data directories that released programs left behind are brought up to date, and everything in them is still there.
  ///
  /// `ReleasedSchemas/README.md` says how they were made.
  @Suite struct Upgrade {
    static let releases = ReleasedDirectory.all

    @Test func thereAreReleases() {
      #expect(Self.releases.map(\.schema).contains(7))
    }

    @Test(arguments: releases)
    func everythingIsStillThere(release: ReleasedDirectory) throws {
      let directory = try release.unpack()
      let before = try TestServer.command(["doctor"], in: directory)
      #expect(before.exitCode == 0 && !before.output.contains("problem\t"), "\(before.output)")
      let server = try TestServer(in: directory)
      try release.check(server)
      let after = try server.command(["doctor"])
      #expect(after.exitCode == 0 && after.output.contains("ok\tschema\t"), "\(after.output)")
      for severity in ["problem\t", "warning\treferences", "warning\tsearch", "warning\tuploads"] {
        #expect(!after.output.contains(severity), "\(after.output)")
      }
      // It goes on where the old program stopped.
      let place = try server.place()
      try server.client().post("after the upgrade", to: place.general)
      server.process.send(signal: SIGTERM)
      #expect(try server.process.waitForExit() == 0)
      try release.check(try TestServer(in: directory), exactly: false)
    }

    /// Each step is killed before and after its commit is on disk, and what was not synced is lost.
    @Test(arguments: releases)
    func aKillInAnyStepIsCompletedByTheNextStart(release: ReleasedDirectory) throws {
      let pending = Schema.migrations.filter { $0.version > release.schema }.map(\.version)
      var left: Set<Int64> = []
      for step in 1...UInt64(pending.count + 1) {
        for after in [false, true] {
          let directory = try release.unpack()
          let disk = try FaultyDisk(in: directory, forgets: true)
          // The first sync of the log is that of its header; then each commit has one.
          disk.kill(in: step, of: .wal, kinds: .sync, after: after)
          let process = try TestServer.spawn(in: directory, environment: disk.environment)
          _ = try eventually("it is killed or serves") {
            process.exitCode() != nil || directory.read("server.log").contains("http://127.0.0.1:") ? true : nil
          }
          process.send(signal: SIGKILL)
          _ = try process.waitForExit()
          _ = try disk.losePower(seed: nil)
          left.insert(try Self.version(of: directory))
          let server = try TestServer(in: directory)
          #expect(try Self.version(of: directory) == Schema.migrations.last?.version)
          if after { try release.check(server) }
          let integrity = try server.command(["doctor"])
          #expect(integrity.exitCode == 0, "\(integrity.output)")
        }
      }
      // Each step was the one that a kill cut short, and each the last that was done.
      for version in [Int64(release.schema)] + pending.dropLast() {
        #expect(left.contains(version), "no kill left version \(version): \(left.sorted())")
      }
    }

    @Test(arguments: releases)
    func theOldWayIsNamedWhenTheDataAreTooNew(release: ReleasedDirectory) throws {
      let directory = try release.unpack()
      let engine = try SQLiteEngine(directory: directory.path + "/data")
      try engine.openWriter().script(
        """
        INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES (9999, 'of tomorrow', 'x', 'later')
        """)
      let process = try TestServer.spawn(in: directory)
      #expect(try process.waitForExit() != 0)
      let words = directory.read("server.log")
      #expect(words.contains("schema version 9999") && words.contains("restore a backup"), "\(words)")
      // Nothing was changed on the way.
      #expect(try Self.version(of: directory) == 9999)
      let applied = try engine.readOnce { db in
        try db.first("SELECT count(*) FROM schema_migrations", []) { $0.int(0) }
      }
      #expect(applied == Int64(release.schema) + 1)
    }

    private static func version(of directory: TestDirectory) throws -> Int64 {
      try SQLiteEngine(directory: directory.path + "/data").readOnce { db in
        try db.first("SELECT max(version) FROM schema_migrations", []) { $0.int(0) } ?? 0
      }
    }
  }
}

/// A data directory of a release and what its program answered.
struct ReleasedDirectory: Sendable, CustomTestStringConvertible {
  /// The version of its schema.
  let schema: Int64
  private let path: String
  /// Fields that say what has happened since, not what was there.
  private static let moving: Set<String> = ["last_used_at", "tail_cursor"]

  var testDescription: String { "schema \(schema)" }

  /// All that are in the repository, the oldest first.
  static let all: [ReleasedDirectory] = {
    let folder = #filePath.split(separator: "/").dropLast().reduce(into: "") { $0 += "/\($1)" } + "/ReleasedSchemas"
    return (1...999).map { ReleasedDirectory(schema: $0, path: "\(folder)/schema-\($0)") }
      .filter { fileSize("\($0.path)/manifest.json") != nil }
  }()

  func unpack() throws -> TestDirectory {
    let directory = try TestDirectory()
    let status = system("tar -xzf '\(path)/data.tar.gz' -C '\(directory.path)'")
    guard status == 0 else { throw TestFailure("can't unpack \(path)") }
    chmod("\(directory.path)/data", 0o700)
    return directory
  }

  /// Compares the answers of a server with those of the release: what was in them must still be, for the same callers.
  /// - Parameter exactly: Whether nothing has happened since; otherwise lists may have become longer.
  func check(_ server: TestServer, exactly: Bool = true) throws {
    let manifest = try JSONDecoder().decode(
      JSONValue.self, from: Data(contentsOf: URL(filePath: "\(path)/manifest.json")))
    for recorded in manifest["answers"].elements {
      let caller = recorded["as"].text
      let client = try self.client(manifest["callers"][caller].text, server)
      let path = recorded["path"].text
      if !exactly, path.contains("/messages") || path.contains("/events") || path.hasSuffix("/channels") { continue }
      let answer = try client.request(.get, path)
      #expect(Int64(answer.status) == recorded["status"].integer, "\(caller): \(path): \(answer.text)")
      guard (200..<300).contains(answer.status) else { continue }
      let difference = Self.lost(recorded["answer"], in: try answer.json(), at: "")
      #expect(difference == nil, "\(caller): \(path): \(difference ?? "")")
    }
    guard case .object(let files) = manifest["files"], case .object(let passwords) = manifest["passwords"] else {
      throw TestFailure("the manifest has no files or passwords")
    }
    #expect(!files.isEmpty)
    for (path, content) in files {
      let client = try self.client(manifest["callers"]["alice"].text, server)
      #expect(try client.request(.get, path).body == [UInt8](Data(base64Encoded: content.text) ?? Data()))
    }
    for (email, password) in passwords {
      let answer = try server.client().request(
        .post, "/api/auth/password/login", json: "{\"email\":\"\(email)\",\"password\":\"\(password.text)\"}")
      #expect(answer.status == 200, "\(answer.text)")
    }
  }

  /// Tokens stand in the manifest with a space in front.
  private func client(_ caller: String, _ server: TestServer) throws -> HTTPClient {
    caller.hasPrefix(" ")
      ? try server.client(token: String(caller.dropFirst())) : try server.client(user: caller)
  }

  /// Where an answer lacks what an older one had; nil when it has all.
  private static func lost(_ old: JSONValue, in new: JSONValue, at place: String) -> String? {
    switch (old, new) {
    case (.object(let old), .object(let new)):
      for (name, value) in old.sorted(by: { $0.key < $1.key }) where !moving.contains(name) {
        guard let found = new[name] else { return "\(place).\(name) is gone" }
        if let difference = lost(value, in: found, at: "\(place).\(name)") { return difference }
      }
      return nil
    case (.array(let old), .array(let new)):
      guard old.count == new.count else { return "\(place) has \(new.count) elements, not \(old.count)" }
      for (index, pair) in zip(old, new).enumerated() {
        if let difference = lost(pair.0, in: pair.1, at: "\(place)[\(index)]") { return difference }
      }
      return nil
    default:
      return old == new ? nil : "\(place) is \(new), not \(old)"
    }
  }
}
