import Glibc
import SanitizerEnvironment
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
      try client.post("another one", to: place.general)
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
      let directory = try TestDirectory()
      let result = try examine(directory)
      #expect(result.exitCode == 1)
      #expect(result.output.contains("problem\tdatabase\tthere is none"))
      #expect(access(directory.path + "/data", F_OK) != 0, "nothing is made")
    }

    /// A pipe would be waited for.
    @Test func whatIsNoFileIsNotOpened() throws {
      let directory = try TestDirectory()
      _ = try SQLiteEngine(directory: directory.path + "/data")
      #expect(mkfifo(directory.path + "/data/clickclack.db", 0o600) == 0)
      let result = try examine(directory)
      #expect(result.exitCode == 1)
      #expect(result.output.contains("problem\tdatabase\t") && result.output.contains("is no file"))
      let backup = try TestServer.command(["backup", "--out", directory.path + "/copy.db"], in: directory)
      #expect(backup.exitCode == 1 && backup.errors.contains("it is no file"), "\(backup.errors)")
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

    @Test func rightsOnAnyFileAreLookedAt() throws {
      let (directory, _) = try makeData()
      let uploads = directory.path + "/data/uploads"
      chmod(uploads, 0o755)
      let stray = uploads + "/00/notes"
      close(open(stray, O_WRONLY | O_CREAT, 0o600))
      chmod(stray, 0o640)
      let found = try examine(directory)
      #expect(found.exitCode == 0, "it is a warning")
      for words in ["\(uploads), mode 755", "\(stray), mode 640"] {
        #expect(found.output.contains(words), "\(found.output)")
      }
      #expect(try examine(directory, fix: true).output.contains("fixed\tpermissions\t"))
      #expect(try examine(directory).output.contains("ok\tpermissions\t"))
    }

    /// Somebody else than the owner of the data runs it.
    @Test(.enabled(if: geteuid() == 0, "only root can become another user")) func anotherUserIsToldWhatToDo() throws {
      let (directory, _) = try makeData()
      let data = directory.path + "/data"
      chmod(directory.path, 0o755)
      let locked = try Self.run("setpriv --reuid=65534 --clear-groups '\(ChildProcess.binary)' doctor --data '\(data)'")
      #expect(locked.code == 1 && locked.output.contains("problem\tpermissions\tcan't look at"), "\(locked.output)")
      #expect(locked.output.contains("run this as the user that the server runs as"), "\(locked.output)")
      chmod(data, 0o755)
      let readable = try Self.run(
        "setpriv --reuid=65534 --clear-groups '\(ChildProcess.binary)' doctor --data '\(data)'")
      #expect(readable.code == 1 && readable.output.contains("problem\tpermissions\tthis user can't read and write"))
      // The server would run as root here, and the data are somebody else's.
      chown(data + "/clickclack.db", 65_534, 65_534)
      let foreign = try examine(directory)
      #expect(foreign.output.contains("warning\tpermissions\t\(data)/clickclack.db belong(s) to another user"))
    }

    @Test func aClockThatIsBehindOrWasSetBackIsFound() throws {
      let (directory, _) = try makeData()
      try write(
        directory,
        """
        UPDATE events SET created_at = '2024-05-01T12:00:00.000000Z';
        UPDATE events SET created_at = '2024-05-01T11:30:00.000000Z'
        WHERE cursor = (SELECT max(cursor) FROM events);
        """)
      let back = try examine(directory)
      #expect(back.exitCode == 0 && back.output.contains("warning\tclock\tit was set back from 2024-05-01T12:00:00"))
      try write(
        directory,
        "UPDATE events SET created_at = '2999-01-01T00:00:00.000000Z' WHERE cursor = (SELECT max(cursor) FROM events)")
      let ahead = try examine(directory)
      #expect(ahead.output.contains("warning\tclock\tthe newest event is of 2999-01-01"), "\(ahead.output)")
    }

    @Test func limitsOfTheMachineAreFound() throws {
      let (directory, _) = try makeData()
      let doctor = "exec '\(ChildProcess.binary)' doctor --data '\(directory.path)/data'"
      let files = try Self.run("ulimit -n 128; \(doctor)")
      #expect(files.code == 0 && files.output.contains("warning\tfiles\tthe limit on open files (128) is below"))
      let size = try Self.run("ulimit -f 4096; \(doctor)")
      #expect(size.code == 1 && size.output.contains("problem\tfile size\tfiles may not grow beyond"), "\(size.output)")
      // A sanitizer needs more than any limit would leave.
      guard SanitizerEnvironment.factor == 1 else { return }
      let memory = try Self.run("ulimit -d 150000; \(doctor)")
      #expect(memory.output.contains("warning\tmemory\tulimit -d allows 146 MiB"), "\(memory.output)")
    }

    @Test(arguments: [(200 << 20, 0 as Int32, "warning"), (20 << 20, 1, "problem")])
    func littleSpaceIsFound(free: Int, code: Int32, severity: String) throws {
      let (directory, _) = try makeData()
      let disk = try FaultyDisk(in: directory, forgets: false)
      disk.pretendFree(bytes: UInt64(free))
      let result = try TestServer.command(["doctor"], in: directory, environment: disk.environment)
      #expect(result.exitCode == code && result.output.contains("\(severity)\tdisk\t\(free >> 20) MiB free"))
      // There is room still, so nothing is refused yet.
      #expect(!result.output.contains("the server refuses writes with 507"))
      disk.pretendFree(bytes: 0)
    }

    /// Runs a line of the shell.
    private static func run(_ line: String) throws -> (code: Int32, output: String) {
      let directory = try TestDirectory()
      let (output, errors) = ("\(directory.path)/out", "\(directory.path)/err")
      let process = try ChildProcess(
        program: "/bin/sh", ["-c", line], environment: ["PATH=/usr/bin:/bin"], output: output, errors: errors)
      let code = try process.waitForExit()
      return (code, directory.read("out") + directory.read("err"))
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

    /// What a damaged database says is no reason to remove files, and writing to it spreads the damage.
    @Test func aDamagedDatabaseIsNotMended() throws {
      let (directory, _) = try makeData()
      let database = directory.path + "/data/clickclack.db"
      let orphan = directory.path + "/data/uploads/00/00" + String(repeating: "7", count: 30)
      close(open(orphan, O_WRONLY | O_CREAT, 0o600))
      try write(directory, "INSERT INTO messages_fts (messages_fts) VALUES ('delete-all')")
      // A free page more than there is (sqlite.org/fileformat2.html, 1.3): everything can still be read.
      let file = open(database, O_RDWR)
      var count: [UInt8] = [0, 0, 0, 0]
      #expect(pread(file, &count, 4, 36) == 4)
      count[3] += 1
      #expect(pwrite(file, count, 4, 36) == 4)
      close(file)
      let before = directory.read("data/clickclack.db")
      let result = try examine(directory, fix: true)
      #expect(result.exitCode == 1 && result.output.contains("problem\tintegrity\t"), "\(result.output)")
      #expect(!result.output.contains("fixed\t"), "\(result.output)")
      #expect(fileSize(orphan) == 0)
      #expect(directory.read("data/clickclack.db") == before)
    }

    @Test func missingIndexesAreMadeAnewAndMissingTablesAreNot() throws {
      let (directory, _) = try makeData()
      #expect(try examine(directory).output.contains("ok\ttables\t"))
      try write(directory, "DROP INDEX events_workspace; DROP INDEX jobs_unique")
      let found = try examine(directory)
      #expect(found.exitCode == 1, "\(found.output)")
      #expect(found.output.contains("missing index(es): events_workspace, jobs_unique; --fix makes them anew"))
      #expect(try examine(directory, fix: true).output.contains("fixed\ttables\t"))
      #expect(try examine(directory).output.contains("ok\ttables\t"))
      try write(directory, "DROP TABLE reactions")
      let lost = try examine(directory, fix: true)
      #expect(lost.exitCode == 1 && lost.output.contains("problem\ttables\tmissing: reactions"), "\(lost.output)")
    }

    /// Beside a server nothing is done that would keep it from writing.
    @Test func aServerCanWriteMeanwhile() throws {
      let directory = try TestDirectory()
      let server = try TestServer(in: directory)
      try server.client().post("a message about crabs", to: try server.place().general)
      let writer = try SQLiteEngine(directory: server.data).openWriter()
      try writer.execute("BEGIN IMMEDIATE")
      let healthy = try server.command(["doctor", "--fix"])
      #expect(healthy.exitCode == 0 && healthy.output.contains("ok\tsearch\tevery message is"), "\(healthy.output)")
      try writer.execute("ROLLBACK")
      try writer.execute("INSERT INTO messages_fts (messages_fts) VALUES ('delete-all')")
      let found = try server.command(["doctor", "--fix"])
      #expect(found.exitCode == 1)
      #expect(found.output.contains("does not match the messages; stop the server, then --fix makes it anew"))
    }

    /// A file system of its own has a directory that only root can read, and links lead to others.
    @Test(.enabled(if: geteuid() == 0, "only root can become another user")) func whatIsNotOfTheDataIsNoProblem() throws
    {
      let (directory, _) = try makeData()
      let data = directory.path + "/data"
      chmod(directory.path, 0o755)
      #expect(rename(data + "/uploads", directory.path + "/uploads") == 0)
      #expect(symlink(directory.path + "/uploads", data + "/uploads") == 0)
      #expect(try Self.run("chown -R 65534:65534 '\(data)' '\(directory.path)/uploads'").code == 0)
      #expect(mkdir(data + "/lost+found", 0o700) == 0)
      let line = "setpriv --reuid=65534 --regid=65534 --clear-groups '\(ChildProcess.binary)' doctor --data '\(data)'"
      let healthy = try Self.run(line)
      #expect(healthy.code == 0 && healthy.output.contains("ok\tpermissions\t"), "\(healthy.output)")
      chmod(directory.path + "/uploads/00", 0o755)
      let open = try Self.run(line)
      #expect(open.output.contains("others have rights on \(data)/uploads/00, mode 755"), "\(open.output)")
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
