import Glibc
import SeededRandom
import Storage
import Testing

extension EndToEnd.Crash {
  /// The changes of a first start and of an upgrade: killed at any of them, the next start completes it.
  @Test(arguments: [EndToEnd.Crash.seed])
  func migrationsSurviveKills(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let released = Array(Schema.migrations.prefix(7))
    for upgrades in [false, true] {
      let counted = try migrate(killedAt: nil, after: false, startingWith: upgrades ? released : [])
      var kills = 0
      for _ in 0..<max(6, Self.rounds / 4) {
        // A start takes some operations more or less, so the last ones may not come.
        let operation = UInt64.random(in: 1...counted.operations, using: &random)
        let result = try migrate(
          killedAt: operation, after: Bool.random(using: &random), startingWith: upgrades ? released : [])
        if result.isKilled { kills += 1 }
      }
      #expect(kills > 0, "no start was killed (seed \(seed))")
    }
  }

  /// - Returns: The operations that a start takes which is not killed, and whether this one was.
  private func migrate(
    killedAt operation: UInt64?, after: Bool, startingWith migrations: [Migration]
  ) throws -> (operations: UInt64, isKilled: Bool) {
    let directory = try TestDirectory()
    if !migrations.isEmpty {
      let writer = try SQLiteEngine(directory: directory.path + "/data").openWriter()
      try Migrator(migrations: migrations).up(writer)
    }
    let disk = try FaultyDisk(in: directory, forgets: true)
    var isKilled = false
    if let operation {
      disk.kill(in: operation, after: after)
      let process = try TestServer.spawn(in: directory, environment: disk.environment)
      _ = try eventually("it is killed or serves") {
        process.exitCode() != nil || directory.read("server.log").contains("http://127.0.0.1:") ? true : nil
      }
      isKilled = !disk.killed.kinds.isEmpty
      process.send(signal: SIGKILL)
      _ = try process.waitForExit()
      _ = try disk.losePower(seed: nil)
    }
    let server = try TestServer(in: directory, environment: operation == nil ? disk.environment : [])
    let count = disk.operations
    let place = try server.place()
    try server.client().post("usable", to: place.general)
    try server.killHard()
    let engine = try SQLiteEngine(directory: server.data)
    let steps = try engine.readOnce { db in try Migrator().status(db) }
    #expect(steps.allSatisfy { $0.appliedAt != nil })
    #expect(try engine.integrity() == "ok")
    return (count, isKilled)
  }

  /// A backup that is killed leaves the original as it was and no file that looks like a whole backup and isn't.
  @Test(arguments: [EndToEnd.Crash.seed])
  func backupsSurviveKills(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let directory = try TestDirectory()
    let server = try TestServer(in: directory)
    let place = try server.place()
    let client = try server.client()
    for number in 1...50 { try client.post("message \(number)", to: place.general) }
    for number in 1...20 { _ = try client.upload("upload \(number)", to: place.workspace) }
    let disk = try FaultyDisk(in: directory, forgets: false)
    // The target is below the data directory, so that the faulty disk knows it.
    let counted = try backUp(to: "whole", disk, in: directory)
    #expect(counted.messages == 50)
    var kills = 0
    for number in 0..<max(6, Self.rounds / 4) {
      disk.kill(in: UInt64.random(in: 1...counted.operations, using: &random), after: Bool.random(using: &random))
      let killed = try backUp(to: "killed\(number)", disk, in: directory)
      if !disk.killed.kinds.isEmpty { kills += 1 }
      #expect(
        killed.messages == nil || killed.messages == 50,
        "seed \(seed): a file with \(killed.messages ?? 0) of 50 messages")
      guard killed.messages == nil else { continue }
      // The same command once more replaces what is left.
      disk.kill(in: 1 << 40, after: false)
      #expect(try backUp(to: "killed\(number)", disk, in: directory).messages == 50, "seed \(seed)")
      let left = try TestDirectory.names(in: "\(directory.path)/data/killed\(number)").filter { $0.contains("tmp") }
      #expect(left.isEmpty, "seed \(seed): \(left)")
    }
    #expect(kills > 0, "no backup was killed (seed \(seed))")
    try client.post("after the backups", to: place.general)
  }

  /// A backup that is made while clients write is a data directory with everything that was acknowledged before it.
  @Test(arguments: [EndToEnd.Crash.seed])
  func backupsUnderLoadAreWhole(seed: UInt64) throws {
    let directory = try TestDirectory()
    let server = try TestServer(in: directory)
    let place = try server.place()
    let ledger = CrashLedger()
    let users = try (0..<4).map { try server.makeUser("client\($0)", in: place.workspace) }
    let clients = try TestThreads(users.count) { index in
      var workload = CrashWorkload(
        server, place, ledger, user: users[index], name: "c\(index)", seed: seed &+ UInt64(index))
      try workload.run()
    }
    let copies = try TestDirectory()
    for number in 1...3 {
      let wanted = ledger.acknowledged + 100
      _ = try eventually("more is written") { ledger.acknowledged >= wanted ? true : nil }
      let before = ledger.messages
      let uploads = ledger.uploads
      let copy = "\(copies.path)/\(number)"
      mkdir(copy, 0o700)
      mkdir("\(copy)/data", 0o700)
      let result = try server.command(
        ["backup", "--out", "\(copy)/data/clickclack.db", "--uploads", "\(copy)/data/uploads"])
      #expect(result.exitCode == 0, "\(result.errors)")
      let after = ledger.messages
      let restored = try TestServer(in: try TestDirectory(at: copy))
      let verification = try CrashVerification(restored, place, CrashLedger())
      #expect(verification.structuralViolations().isEmpty)
      let ids = before.compactMap(\.id)
      #expect(verification.messageIDs.isSuperset(of: ids), "seed \(seed): acknowledged before the backup")
      let unchanged = CrashLedger.unchanged(from: before, to: after)
      #expect(!unchanged.isEmpty)
      let differences = try verification.contentViolations(of: unchanged, uploads: uploads)
      #expect(differences.isEmpty, "seed \(seed)")
      try restored.client().post("after the restore", to: place.general)
    }
    try server.killHard()
    try clients.join()
  }

  /// A disk that fills up: nothing is left, so the same command works when there is room.
  @Test(arguments: [FaultyDisk.Files.database, .wal, .uploads, .others])
  func aBackupThatFailsLeavesNothing(files: FaultyDisk.Files) throws {
    let directory = try TestDirectory()
    let server = try TestServer(in: directory)
    let place = try server.place()
    for number in 1...50 { try server.client().post("message \(number)", to: place.general) }
    for number in 1...20 { _ = try server.client().upload("upload \(number)", to: place.workspace) }
    let disk = try FaultyDisk(in: directory, forgets: false)
    // What the backup writes has temporary names, which are "others"; uploads keep theirs.
    disk.failWrites(ENOSPC, of: files)
    let failed = try backUp(to: "copy", disk, in: directory)
    if disk.faults > 0 {
      #expect(failed.messages == nil)
      #expect(try TestDirectory.names(in: "\(directory.path)/data/copy").isEmpty)
      disk.failWrites(0)
      #expect(try backUp(to: "copy", disk, in: directory).messages == 50)
    } else {
      #expect(failed.messages == 50)
    }
    #expect(disk.faults > 0 || !files.isSubset(of: [.uploads, .others]))
    #expect(try TestDirectory.names(in: "\(directory.path)/data/copy").sorted() == ["clickclack.db", "uploads"])
  }

  /// Where the database is, the uploads must be whole.
  /// - Returns: The operations that it took, and the messages in the copy, if there is one.
  private func backUp(
    to name: String, _ disk: FaultyDisk, in directory: TestDirectory
  ) throws -> (operations: UInt64, messages: Int64?) {
    let before = disk.operations
    let target = "\(directory.path)/data/\(name)"
    mkdir(target, 0o700)
    let result = try TestServer.command(
      ["backup", "--out", "\(target)/clickclack.db", "--uploads", "\(target)/uploads"], in: directory,
      environment: disk.environment)
    guard fileSize("\(target)/clickclack.db") != nil else { return (disk.operations - before, nil) }
    let engine = try SQLiteEngine(directory: target)
    #expect(try engine.integrity() == "ok", "exit code \(result.exitCode)")
    let blobs = try engine.readOnce { db in try db.all("SELECT blob FROM uploads") { $0.text(0) } }
    #expect(blobs.count == 20)
    for blob in blobs {
      let size = fileSize("\(target)/uploads/\(blob.prefix(2))/\(blob)")
      #expect(size != nil && size == fileSize("\(directory.path)/data/uploads/\(blob.prefix(2))/\(blob)"))
    }
    let copied = try engine.readOnce { db in try db.first("SELECT count(*) FROM messages", []) { $0.int(0) } }
    return (disk.operations - before, copied)
  }
}

extension SQLiteEngine {
  /// What SQLite's own check says of the file.
  fileprivate func integrity() throws -> String? {
    try readOnce { db in try db.first("PRAGMA integrity_check", []) { $0.text(0) } }
  }
}
