import Glibc
import Storage
import Testing

extension EndToEnd {
  /// The database's file is missing, empty, another program's or elsewhere when a server starts.
  @Suite struct LostDatabase {
    private let directory: TestDirectory
    private var data: String { directory.path + "/data" }
    private var database: String { data + "/clickclack.db" }

    init() throws { directory = try TestDirectory() }

    /// Leaves a message and an upload; the log is only there after a kill.
    private func fill(killed: Bool) throws {
      let server = try TestServer(in: directory)
      let place = try server.place()
      try server.client().post("precious", to: place.general)
      _ = try server.client().upload("content", to: place.workspace)
      server.process.send(signal: killed ? SIGKILL : SIGTERM)
      _ = try server.process.waitForExit()
    }

    private func bodies() throws -> [String] {
      try SQLiteEngine(directory: data).readOnce { db in
        try db.all("SELECT body FROM messages ORDER BY pk") { $0.text(0) }
      }
    }

    private func expectRefusal(_ words: String) throws {
      #expect(try TestServer.spawn(in: directory).waitForExit() == 1)
      #expect(directory.read("server.log").contains(words), "\(directory.read("server.log"))")
      #expect(try TestServer.command(["migrate"], in: directory).exitCode == 1)
      #expect(try TestServer.command(["admin", "bootstrap"], in: directory).exitCode == 1)
      #expect(try TestServer.command(["backup", "--out", directory.path + "/copy.db"], in: directory).exitCode == 1)
      let doctor = try TestServer.command(["doctor", "--fix"], in: directory)
      #expect(doctor.exitCode == 1 && doctor.output.contains("problem\tdatabase\t"), "\(doctor.output)")
      #expect(doctor.output.contains(words), "\(doctor.output)")
    }

    /// SQLite itself would remove the log, and the server the uploads.
    @Test(arguments: [true, false], [true, false])
    func nothingIsBegunWhereADatabaseWasLost(killed: Bool, isEmpty: Bool) throws {
      try fill(killed: killed)
      let away = directory.path + "/away.db"
      #expect(rename(database, away) == 0)
      if isEmpty { close(open(database, O_CREAT | O_WRONLY, 0o600)) }
      let log = fileSize(database + "-wal")
      #expect((log != nil) == killed)
      let state = isEmpty ? "is empty" : "is missing"
      try expectRefusal("\(state), but \(killed ? "its log" : "there are files of uploads")")
      #expect(fileSize(database + "-wal") == log && fileSize(database) == (isEmpty ? 0 : nil))
      #expect(rename(away, database) == 0)
      let server = try TestServer(in: directory)
      #expect(try bodies() == ["precious"])
      #expect(try server.command(["doctor"]).output.contains("ok\tuploads\t1, all with their files"))
    }

    /// SQLite would copy pages of the old log into it, which nobody could read any more.
    @Test func aBackupIsNotOpenedWithTheLogOfWhatItReplaces() throws {
      try fill(killed: false)
      let copy = directory.path + "/copy.db"
      #expect(try TestServer.command(["backup", "--out", copy], in: directory).exitCode == 0)
      do {
        let server = try TestServer(in: directory)
        try server.client().post("later", to: try server.place().general)
        try server.killHard()
      }
      #expect(rename(copy, database) == 0)
      let log = fileSize(database + "-wal")
      try expectRefusal("is the log of another database")
      #expect(fileSize(database + "-wal") == log)
      for suffix in ["-wal", "-shm"] { #expect(unlink(database + suffix) == 0) }
      let server = try TestServer(in: directory)
      #expect(try bodies() == ["precious"])
      #expect(try server.command(["doctor"]).exitCode == 0)
    }

    @Test func theDatabaseOfAnotherProgramIsLeftAlone() throws {
      let engine = try SQLiteEngine(directory: data)
      try engine.openWriter().script("CREATE TABLE invoices (id INTEGER PRIMARY KEY, number TEXT)")
      #expect(try TestServer.spawn(in: directory).waitForExit() == 1)
      #expect(directory.read("server.log").contains("another program's (it has invoices"))
      #expect(try TestServer.command(["migrate"], in: directory).exitCode == 1)
      let doctor = try TestServer.command(["doctor", "--fix"], in: directory)
      #expect(doctor.exitCode == 1 && doctor.output.contains("problem\tschema\tthe database is another program's"))
      let names = try engine.readOnce { db in try db.all("SELECT name FROM sqlite_master") { $0.text(0) } }
      #expect(names == ["invoices"])
    }

    @Test func theFileMayBeElsewhereBehindALink() throws {
      try fill(killed: true)
      let elsewhere = directory.path + "/elsewhere"
      #expect(mkdir(elsewhere, 0o700) == 0)
      for suffix in ["", "-wal", "-shm"] { #expect(rename(database + suffix, elsewhere + "/main.db" + suffix) == 0) }
      #expect(symlink(elsewhere + "/main.db", database) == 0)
      let server = try TestServer(in: directory)
      #expect(try bodies() == ["precious"])
      try server.client().post("more", to: try server.place().general)
      // Another data directory that has the same database.
      let other = directory.path + "/other"
      #expect(mkdir(other, 0o700) == 0 && symlink(elsewhere + "/main.db", other + "/clickclack.db") == 0)
      let second = try ChildProcess(
        ["serve", "--addr", "127.0.0.1:0", "--data", other], output: directory.path + "/second.out",
        errors: directory.path + "/second.log")
      #expect(try second.waitForExit() == 1)
      #expect(directory.read("second.log").contains("another server is using"), "\(directory.read("second.log"))")
      let doctor = try server.command(["doctor"])
      #expect(doctor.exitCode == 0 && doctor.output.contains("ok\tserver\ta server is using"), "\(doctor.output)")
      // What the link leads to is missed, too.
      #expect(unlink(elsewhere + "/main.db-wal") == 0)
      let refused = try server.client().request(.post, "/api/workspaces", json: "{\"name\":\"Late\"}")
      #expect(refused.status == 503, "\(refused.text)")
    }

    /// Two names are two logs: a commit by the one overwrites what the other wrote.
    @Test(arguments: [true, false]) func theFileHasOneServerUnderAllItsNames(isHardLink: Bool) throws {
      let server = try TestServer(in: directory)
      let place = try server.place()
      try server.client().post("before", to: place.general)
      let other = directory.path + "/other"
      #expect(mkdir(other, 0o700) == 0)
      #expect((isHardLink ? link : symlink)(database, other + "/clickclack.db") == 0)
      func expectRefusal(_ words: [String]) throws {
        let process = try ChildProcess(
          words + ["--data", other], output: directory.path + "/other.out", errors: directory.path + "/other.err")
        #expect(try process.waitForExit() == 1, "\(words)")
        let said = directory.read("other.out") + directory.read("other.err")
        #expect(said.contains("server is using the database"), "\(said)")
      }
      try expectRefusal(["serve", "--addr", "127.0.0.1:0"])
      if isHardLink {
        for words in [
          ["migrate"], ["admin", "bootstrap"], ["backup", "--out", directory.path + "/copy.db"], ["doctor"],
        ] {
          try expectRefusal(words)
        }
        // The log of a server that was killed there.
        for suffix in ["-wal", "-shm"] { close(open(other + "/clickclack.db" + suffix, O_CREAT | O_WRONLY, 0o600)) }
        try expectRefusal(["serve", "--addr", "127.0.0.1:0"])
      }
      try server.client().post("after", to: place.general)
      #expect(try bodies() == ["before", "after"])
      #expect(try server.command(["doctor"]).exitCode == 0)
    }

    @Test func aBackupDoesNotBecomeAPartOfTheDatabase() throws {
      let server = try TestServer(in: directory)
      for suffix in ["-journal", "-wal", "-shm"] {
        let refused = try server.command(["backup", "--out", database + suffix])
        #expect(refused.exitCode == 1, "\(suffix)")
        let isThere = "exists already"
        let isItsPart = "is a name for a part of the database"
        #expect(refused.errors.contains(suffix == "-journal" ? isItsPart : isThere), "\(refused.errors)")
      }
      #expect(try server.command(["export", "--out", database + "-journal"]).exitCode == 1)
      #expect(try server.command(["doctor"]).exitCode == 0)
    }

    /// SQLite may take it for a URI: the backup would be elsewhere, and an empty file where it should be.
    @Test func aPathThatLooksLikeAURIIsAPath() throws {
      let server = try TestServer(in: directory)
      try server.client().post("precious", to: try server.place().general)
      let copy = "file:copy.db"
      let words = ["backup", "--data", data, "--out", copy]
      let backup = try ChildProcess(
        program: "/bin/sh", ["-c", "cd '\(directory.path)' && exec \"$0\" \"$@\"", ChildProcess.binary] + words,
        output: directory.path + "/backup.out", errors: directory.path + "/backup.err")
      #expect(try backup.waitForExit() == 0, "\(directory.read("backup.err"))")
      let restored = directory.path + "/restored"
      #expect(mkdir(restored, 0o700) == 0 && rename("\(directory.path)/\(copy)", restored + "/clickclack.db") == 0)
      let bodies = try SQLiteEngine(directory: restored).readOnce { db in
        try db.all("SELECT body FROM messages") { $0.text(0) }
      }
      #expect(bodies == ["precious"])
    }
  }
}
