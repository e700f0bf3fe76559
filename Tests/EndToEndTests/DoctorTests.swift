import Glibc
import Storage
import Testing

extension EndToEnd {
  /// `clickclack doctor` says what is wrong, mends what is safe to mend, and nothing else.
  @Suite struct Doctor {
    /// A data directory with a message and an upload, whose server is stopped.
    private func makeData() throws -> (directory: TestDirectory, uploadID: String) {
      let directory = try TestDirectory()
      let server = try TestServer(in: directory)
      let place = try server.place()
      let client = try server.client()
      try client.post("a message about crabs", to: place.general)
      let upload = try client.upload("content", to: place.workspace)
      let healthy = try server.command(["doctor"])
      #expect(healthy.exitCode == 0, "\(healthy.output)")
      #expect(healthy.output.contains("ok\tserver\ta server is using"))
      server.process.send(signal: SIGTERM)
      #expect(try server.process.waitForExit() == 0)
      return (directory, upload)
    }

    private func examine(_ directory: TestDirectory, fix: Bool = false) throws -> TestServer.CommandResult {
      try TestServer.command(["doctor"] + (fix ? ["--fix"] : []), in: directory)
    }

    private func write(_ directory: TestDirectory, _ sql: String) throws {
      try SQLiteEngine(directory: directory.path + "/data").openWriter().script(sql)
    }

    @Test func aHealthyDirectoryHasNoProblem() throws {
      let (directory, _) = try makeData()
      let result = try examine(directory)
      #expect(result.exitCode == 0)
      for check in ["permissions", "schema", "integrity", "references", "uploads", "clock", "search", "disk"] {
        #expect(result.output.contains("ok\t\(check)\t"), "\(result.output)")
      }
    }

    @Test func noDatabaseIsAProblem() throws {
      let result = try examine(try TestDirectory())
      #expect(result.exitCode == 1)
      #expect(result.output.contains("problem\tdatabase\tthere is none"))
    }

    @Test func lostUploadsAreFoundAndOrphansRemoved() throws {
      let (directory, upload) = try makeData()
      let uploads = directory.path + "/data/uploads"
      let blob = try SQLiteEngine(directory: directory.path + "/data").readOnce { db in
        try db.first("SELECT blob FROM uploads WHERE id = ?1", [.text(upload)]) { $0.text(0) }
      }
      let kept = try #require(blob)
      let orphan = "\(uploads)/00/00" + String(repeating: "7", count: 30)
      #expect(rename("\(uploads)/\(kept.prefix(2))/\(kept)", orphan) == 0)
      let found = try examine(directory)
      #expect(found.exitCode == 1)
      #expect(found.output.contains("problem\tuploads\t1 file(s) are gone, first \(upload)"), "\(found.output)")
      #expect(found.output.contains("warning\torphans\t1 file(s) of 7 bytes"), "\(found.output)")
      // Putting the file back mends the upload.
      #expect(rename(orphan, "\(uploads)/\(kept.prefix(2))/\(kept)") == 0)
      let stray = open(orphan, O_WRONLY | O_CREAT, 0o600)
      close(stray)
      let fixed = try examine(directory, fix: true)
      #expect(fixed.exitCode == 0)
      #expect(fixed.output.contains("fixed\torphans\tremoved 1 file(s)"), "\(fixed.output)")
      #expect(fileSize(orphan) == nil && fileSize("\(uploads)/\(kept.prefix(2))/\(kept)") == 7)
    }

    @Test func aSearchIndexThatDisagreesIsMadeAnew() throws {
      let (directory, _) = try makeData()
      try write(directory, "INSERT INTO messages_fts (messages_fts) VALUES ('delete-all')")
      #expect(try examine(directory).output.contains("problem\tsearch\t"))
      #expect(try examine(directory, fix: true).output.contains("fixed\tsearch\t"))
      #expect(try examine(directory).output.contains("ok\tsearch\t"))
      let server = try TestServer(in: directory)
      let place = try server.place()
      let hits = try server.client().call(.get, "/api/search?workspace_id=\(place.workspace)&q=crabs")
      #expect(hits["results"].elements.count == 1)
    }

    @Test func rightsOfOthersAreTaken() throws {
      let (directory, _) = try makeData()
      let path = directory.path + "/data/clickclack.db"
      chmod(path, 0o644)
      #expect(try examine(directory).output.contains("warning\tpermissions\tothers have rights on \(path), mode 644"))
      #expect(try examine(directory, fix: true).exitCode == 0)
      var info = stat()
      #expect(stat(path, &info) == 0 && info.st_mode & 0o777 == 0o600)
    }

    @Test func aDamagedDatabaseIsAProblem() throws {
      let (directory, _) = try makeData()
      let file = open(directory.path + "/data/clickclack.db", O_RDWR)
      let garbage = [UInt8](repeating: 0x5a, count: 40_960)
      #expect(pwrite(file, garbage, garbage.count, 40_960) == garbage.count)
      close(file)
      let result = try examine(directory)
      #expect(result.exitCode == 1, "\(result.output)")
      #expect(result.output.contains("problem\tintegrity\t") || result.errors.contains("damaged"), "\(result.errors)")
    }

    @Test func aNewerSchemaIsAProblem() throws {
      let (directory, _) = try makeData()
      try write(
        directory,
        "INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES (9999, 'later', '', '')")
      let result = try examine(directory)
      #expect(result.exitCode == 1)
      #expect(result.output.contains("problem\tschema\tthe database has schema version 9999"), "\(result.output)")
    }

    @Test func aSecondServerRefusesTheDirectory() throws {
      let directory = try TestDirectory()
      let server = try TestServer(in: directory)
      let second = try ChildProcess(
        ["serve", "--addr", "127.0.0.1:0", "--data", directory.path + "/data"],
        output: directory.path + "/second.out", errors: directory.path + "/second.log")
      #expect(try second.waitForExit() != 0)
      #expect(directory.read("second.log").contains("another server is using the data directory"))
      #expect(try server.client().request(.get, "/healthz").status == 200)
    }
  }
}
