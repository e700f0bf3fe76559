import Glibc
import HTTP
import SeededRandom
import Storage
import Testing

/// Commands and starts on a disk where one call fails, whichever it is.
extension EndToEnd.Faults {
  private static let codes = [EIO, ENOSPC, EACCES, EMFILE, ENFILE, EROFS]
  private static let samples = max(12, EndToEnd.Crash.rounds / 4)

  /// A server with 50 messages and 20 uploads.
  private func makeData(
    in directory: TestDirectory, _ disk: FaultyDisk? = nil
  ) throws -> (TestServer, TestServer.Place) {
    let server = try TestServer(in: directory, environment: disk?.environment ?? [])
    let place = try server.place()
    let client = try server.client()
    for number in 1...50 { try client.post("message \(number)", to: place.general) }
    for number in 1...20 { _ = try client.upload("upload \(number)", to: place.workspace) }
    return (server, place)
  }

  /// Plain words and the exit code of a failure, never a crash.
  private func expectFailure(_ code: Int32, _ errors: String, _ what: String) {
    #expect(code == 1, "\(what): \(code) \(errors)")
    #expect(
      errors.contains("error: ") && !errors.contains("Fatal") && !errors.contains("Backtrace"), "\(what): \(errors)")
  }

  @Test(arguments: [EndToEnd.Crash.seed], [FaultyDisk.Calls.all, [.makeDirectory, .create, .open, .rename, .link]])
  func aBackupThatFailsAtAnyCallLeavesNothing(seed: UInt64, calls: FaultyDisk.Calls) throws {
    var random = SeededGenerator(seed: seed)
    let directory = try TestDirectory()
    let disk = try FaultyDisk(in: directory, forgets: false)
    let (server, place) = try makeData(in: directory)
    let folder = "\(directory.path)/data/copy"
    let target = "\(folder)/data"
    #expect(mkdir(folder, 0o700) == 0 && mkdir(target, 0o700) == 0)
    let command = ["backup", "--out", "\(target)/clickclack.db", "--uploads", "\(target)/uploads"]
    func backUp() throws -> TestServer.CommandResult {
      try TestServer.command(command, in: directory, environment: disk.environment)
    }
    disk.count(calls)
    #expect(try backUp().exitCode == 0)
    let count = disk.callsSeen
    var failures = 0
    for _ in 0..<Self.samples {
      if access(target + "/clickclack.db", F_OK) == 0 {
        try expectWholeCopy(in: folder)
        _ = try TestDirectory(at: target)
        #expect(mkdir(target, 0o700) == 0)
      }
      let number = UInt64.random(in: 1...count, using: &random)
      let code = Self.codes.randomElement(using: &random) ?? EIO
      disk.fail(calls, with: code, from: number, once: true)
      let result = try backUp()
      disk.heal()
      guard result.exitCode != 0 else { continue }
      failures += 1
      let what = "call \(number) of \(count) fails with \(code) (seed \(seed))"
      expectFailure(result.exitCode, result.errors, what)
      #expect(try TestDirectory.names(in: target).isEmpty, "\(what)")
    }
    #expect(failures > 0, "seed \(seed)")
    if access(target + "/clickclack.db", F_OK) != 0 { #expect(try backUp().exitCode == 0) }
    try expectWholeCopy(in: folder)
    try server.client().post("after the backups", to: place.general)
  }

  private func expectWholeCopy(in folder: String) throws {
    let target = "\(folder)/data"
    #expect(try TestDirectory.names(in: target).sorted() == ["clickclack.db", "uploads"])
    let doctor = try TestServer.command(["doctor"], in: TestDirectory(borrowing: folder))
    #expect(doctor.exitCode == 0 && !doctor.output.contains("orphans"), "\(doctor.output)")
    let counts = try SQLiteEngine(directory: target).readOnce { db in
      try db.first("SELECT (SELECT count(*) FROM messages), (SELECT count(*) FROM uploads)", []) {
        [$0.int(0), $0.int(1)]
      }
    }
    #expect(counts == [50, 20])
  }

  @Test(arguments: [FaultyDisk.Calls.create, .write, .sync, .link])
  func anExportThatFailsLeavesNothing(calls: FaultyDisk.Calls) throws {
    let directory = try TestDirectory()
    let disk = try FaultyDisk(in: directory, forgets: false)
    let (server, _) = try makeData(in: directory, disk)
    try server.killHard()
    let target = "\(directory.path)/data/export.json"
    for code in Self.codes {
      disk.fail(calls, with: code, of: .others)
      let result = try TestServer.command(["export", "--out", target], in: directory, environment: disk.environment)
      disk.heal()
      expectFailure(result.exitCode, result.errors, "\(code)")
      #expect(result.errors.contains(String(cString: strerror(code))), "\(result.errors)")
      #expect(try !TestDirectory.names(in: "\(directory.path)/data").contains { $0.hasPrefix("export") })
    }
    #expect(try server.command(["export", "--out", target]).exitCode == 0)
  }

  /// A start that can't open what it needs says so and ends; the next one is as if nothing had been.
  @Test(arguments: [
    (FaultyDisk.Calls.opening, FaultyDisk.Files.database), (.opening, .wal), (.opening, .shared), (.map, .shared),
    (.opening, .others), (.makeDirectory, .uploads), (.read, .database),
  ])
  func aStartThatCantOpenItsFilesSaysSo(calls: FaultyDisk.Calls, files: FaultyDisk.Files) throws {
    let directory = try TestDirectory()
    let disk = try FaultyDisk(in: directory, forgets: false)
    let (server, place) = try makeData(in: directory, disk)
    try server.killHard()
    if calls == .makeDirectory { #expect(rename("\(server.data)/uploads", "\(server.data)/away") == 0) }
    for code in [EACCES, EMFILE, ENFILE, EIO] {
      disk.fail(calls, with: code, of: files)
      let process = try TestServer.spawn(in: directory, environment: disk.environment)
      let exitCode = try process.waitForExit()
      disk.heal()
      let errors = directory.read("server.log")
      expectFailure(exitCode, errors, "\(files) \(code)")
      #expect(errors.contains(String(cString: strerror(code))), "\(files) \(code): \(errors)")
    }
    let again = try TestServer(in: directory, environment: disk.environment)
    if calls == .makeDirectory {
      #expect(rename("\(server.data)/uploads", "\(server.data)/unused") == 0)
      #expect(rename("\(server.data)/away", "\(server.data)/uploads") == 0)
    }
    try again.client().post("after", to: place.general)
    #expect(try again.command(["doctor"]).exitCode == 0)
  }

  @Test(arguments: [EndToEnd.Crash.seed])
  func aStartThatFailsAtAnyCallHarmsNothing(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let directory = try TestDirectory()
    let disk = try FaultyDisk(in: directory, forgets: false)
    let (first, place) = try makeData(in: directory, disk)
    try first.killHard()
    disk.count(.all, of: [.database, .wal, .shared, .uploads, .others])
    try TestServer(in: directory, environment: disk.environment).killHard()
    let count = disk.callsSeen
    var failures = 0
    for _ in 0..<Self.samples {
      let number = UInt64.random(in: 1...count, using: &random)
      let code = Self.codes.randomElement(using: &random) ?? EIO
      disk.fail(.all, with: code, of: [.database, .wal, .shared, .uploads, .others], from: number, once: true)
      let process = try TestServer.spawn(in: directory, environment: disk.environment)
      _ = try eventually("it ends or serves") {
        process.exitCode() != nil || directory.read("server.log").contains("http://127.0.0.1:") ? true : nil
      }
      if let exitCode = process.exitCode() {
        failures += 1
        expectFailure(exitCode, directory.read("server.log"), "call \(number) of \(count), \(code) (seed \(seed))")
      }
      process.send(signal: SIGKILL)
      _ = try process.waitForExit()
      disk.heal()
    }
    let again = try TestServer(in: directory, environment: disk.environment)
    let page = try again.client().call(.get, "/api/channels/\(place.general)/messages?limit=100")
    #expect(page["messages"].elements.count == 50)
    try again.client().post("after", to: place.general)
    let doctor = try again.command(["doctor"])
    #expect(doctor.exitCode == 0, "\(doctor.output) (seed \(seed), \(failures) refused to start)")
  }

  /// A stopped backup holds the state of its instant, and so the log; the kernel ends it.
  @Test func aBackupThatIsStoppedLetsGoOfTheLog() throws {
    let limit: Int64 = 1 << 20
    let setting = try FaultSetting(flags: ["--database-log-bytes-max", "1MiB"])
    let disk = try FaultyDisk(in: setting.directory, forgets: false, control: "backup")
    disk.stallSyncs(milliseconds: 60_000)
    let target = setting.server.data + "/copy.db"
    let arguments = ["backup", "--out", target, "--stall-timeout", "2s", "--data", setting.server.data]
    let backup = try ChildProcess(
      arguments, environment: disk.environment, output: "/dev/null", errors: setting.directory.path + "/backup.err")
    _ = try eventually("it copies") { disk.faults > 0 ? true : nil }
    backup.send(signal: SIGSTOP)
    disk.stallSyncs(milliseconds: 0)
    let grown = try setting.postUntil { _ in setting.logSize > 2 * limit || backup.exitCode() != nil }
    #expect(try backup.waitForExit() == 128 + SIGKILL)
    try setting.expectShortLog(bytesMax: limit)
    #expect(try setting.nonces() == grown.accepted)
    #expect(fileSize(target) == nil)
    let again = try setting.server.command(["backup", "--out", target])
    #expect(again.exitCode == 0, "\(again.errors)")
    #expect(try !TestDirectory.names(in: setting.server.data).contains { $0.contains(".tmp") })
    try setting.expectRecovery()
  }
}
