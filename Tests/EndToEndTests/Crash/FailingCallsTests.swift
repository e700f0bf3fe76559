import Glibc
import HTTP
import Storage
import Testing

/// A call on files of uploads that fails.
struct UploadFault: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let calls: FaultyDisk.Calls
  let code: Int32
  var files = FaultyDisk.Files.uploads
  /// Whether somebody has removed the directories before.
  var needsDirectories = false

  static let all = [
    UploadFault(testDescription: "no right to make its file", calls: .create, code: EACCES),
    UploadFault(testDescription: "a read-only file system", calls: .create, code: EROFS),
    UploadFault(testDescription: "no descriptor left here", calls: .opening, code: EMFILE),
    UploadFault(testDescription: "no descriptor left anywhere", calls: .opening, code: ENFILE),
    UploadFault(testDescription: "no room for its name", calls: .create, code: ENOSPC),
    UploadFault(testDescription: "no quota for its name", calls: .create, code: EDQUOT),
    UploadFault(testDescription: "a rename that fails", calls: .rename, code: EIO),
    UploadFault(testDescription: "no right to rename", calls: .rename, code: EACCES),
    UploadFault(testDescription: "no room to rename", calls: .rename, code: ENOSPC),
    UploadFault(testDescription: "no descriptor for its directory", calls: .open, code: EMFILE),
    UploadFault(testDescription: "a directory that can't be synced", calls: .sync, code: EIO, files: .others),
    UploadFault(
      testDescription: "no room for directories", calls: .makeDirectory, code: ENOSPC, needsDirectories: true),
    UploadFault(
      testDescription: "no right to make directories", calls: .makeDirectory, code: EACCES, needsDirectories: true),
  ]
}

extension EndToEnd.Faults {
  @Test(arguments: UploadFault.all)
  func anUploadWhoseFileCantBeMadeNamedOrKeptIsRefused(fault: UploadFault) throws {
    let setting = try FaultSetting()
    if fault.needsDirectories { #expect(rename("\(setting.server.data)/uploads", "\(setting.server.data)/away") == 0) }
    setting.disk.fail(fault.calls, with: fault.code, of: fault.files)
    let refused = try setting.server.client().sendUpload("some bytes", to: setting.place.workspace)
    try setting.expectRefusal(refused, [ENOSPC, EDQUOT].contains(fault.code) ? [507] : [503])
    #expect(setting.disk.faults > 0)
    try setting.expectReadsAndLiveSockets()
    #expect(try setting.tryToPost("fault 1").status == 201, "what needs no file goes on")
    try setting.expectRecovery()
    #expect(try setting.blobs().count == 1)
  }

  /// The disk lets a file neither be written nor removed; the running server does not forget it.
  @Test func aFileThatCouldNotBeRemovedIsRemovedLater() throws {
    let setting = try FaultSetting()
    setting.disk.fail([.write, .remove], with: EIO, of: .uploads)
    let text = String(repeating: "x", count: 400_000)
    try setting.expectRefusal(try setting.server.client().sendUpload(text, to: setting.place.workspace))
    setting.disk.heal()
    let left = try #require(try setting.uploadFiles().first)
    // A day later.
    var times = [timespec(tv_sec: 1_000_000_000, tv_nsec: 0), timespec(tv_sec: 1_000_000_000, tv_nsec: 0)]
    #expect(utimensat(AT_FDCWD, "\(setting.server.data)/uploads/incoming/\(left)", &times, 0) == 0)
    try SQLiteEngine(directory: setting.server.data).openWriter().script(
      "UPDATE jobs SET run_at = '2001-01-01T00:00:00Z' WHERE kind = 'uploads.forgotten' AND ended_at IS NULL")
    try setting.expectRecovery()
  }

  @Test(arguments: [
    (FaultyDisk.Calls.open, EMFILE), (.open, ENFILE), (.open, EACCES), (.open, EIO), (.stat, EIO),
  ])
  func aFileThatCantBeOpenedIsNotLost(calls: FaultyDisk.Calls, code: Int32) throws {
    let setting = try FaultSetting()
    let upload = try setting.client.upload("some bytes", to: setting.place.workspace)
    setting.disk.fail(calls, with: code, of: .uploads)
    try setting.expectRefusal(try setting.client.request(.get, "/api/uploads/\(upload)"), [503])
    try setting.expectReadsAndLiveSockets()
    setting.disk.heal()
    #expect(try setting.client.request(.get, "/api/uploads/\(upload)").text == "some bytes")
    try setting.expectRecovery()
  }

  /// A running server has every file of its database open.
  @Test(arguments: [EMFILE, ENFILE, EACCES])
  func aRunningServerNeedsNoDescriptorForItsDatabase(code: Int32) throws {
    let directory = try TestDirectory()
    let disk = try FaultyDisk(in: directory, forgets: false)
    let server = try TestServer(in: directory, environment: disk.environment)
    // Before anybody has read or written.
    disk.fail(.opening, with: code, of: [.database, .wal, .shared])
    let place = try server.place()
    let readers = try TestThreads(8) { _ in
      let client = try server.client()
      for number in 1...20 {
        try client.post("message \(number)", to: place.general)
        _ = try client.call(.get, "/api/channels/\(place.general)/messages")
      }
    }
    try readers.join()
    disk.heal()
    #expect(try server.command(["doctor"]).exitCode == 0)
  }

  @Test(arguments: [FaultyDisk.Files.database, .wal, [.database, .wal, .shared]])
  func aDatabaseWhoseSizeCantBeAskedIsRefusedAndRecovers(files: FaultyDisk.Files) throws {
    let setting = try FaultSetting()
    setting.disk.fail(.stat, with: EIO, of: files)
    var accepted: [String] = []
    for number in 1...10 {
      let answer = try setting.tryToPost("fault \(number)")
      if answer.status == 201 { accepted.append("fault \(number)") } else { try setting.expectRefusal(answer) }
      let page = try setting.readPage()
      if page.status != 200 { try setting.expectRefusal(page) }
    }
    #expect(setting.disk.faults > 0)
    try setting.type()
    setting.disk.heal()
    #expect(try setting.nonces() == accepted)
    try setting.expectRecovery()
  }

  /// The log stays long when it can't be truncated, and nobody notices.
  @Test(arguments: [EIO, EACCES])
  func aLogThatCantBeTruncatedDelaysNothing(code: Int32) throws {
    let limit: Int64 = 1 << 20
    let setting = try FaultSetting(flags: ["--database-log-bytes-max", "1MiB"])
    setting.disk.fail(.truncate, with: code, of: [.wal, .database])
    // A reader that lasts lets the log grow.
    let reader = try SQLiteEngine(directory: setting.server.data).openReader()
    try reader.execute("BEGIN")
    _ = try reader.first("SELECT count(*) FROM messages") { $0.int(0) }
    let grown = try setting.postUntil { _ in setting.logSize > 2 * limit }
    #expect(grown.refused.isEmpty)
    try reader.execute("COMMIT")
    _ = try eventually("the log starts over and can't be truncated") {
      let answer = try setting.tryToPost("unlike")
      #expect(answer.status < 300, "\(answer.text)")
      return setting.disk.faults > 0 ? true : nil
    }
    for number in 1...20 { #expect(try setting.tryToPost("again \(number)").status == 201) }
    try setting.expectReadsAndLiveSockets()
    #expect(try setting.nonces() == grown.accepted)
    try setting.expectRecovery()
    try setting.expectShortLog(bytesMax: limit)
  }

  /// The log outgrows what of its index is mapped, and there is no memory for more.
  @Test func anIndexThatCantBeMappedIsRefusedAndRecovers() throws {
    let setting = try FaultSetting()
    let reader = try SQLiteEngine(directory: setting.server.data).openReader()
    try reader.execute("BEGIN")
    _ = try reader.first("SELECT count(*) FROM messages") { $0.int(0) }
    setting.disk.fail(.map, with: ENOMEM, of: .shared)
    let first = try setting.postUntil { $0 > 20 }
    for refused in first.refused { try setting.expectRefusal(refused) }
    try setting.expectReadsAndLiveSockets()
    try reader.execute("COMMIT")
    setting.disk.heal()
    #expect(try setting.nonces() == first.accepted)
    try setting.expectRecovery()
  }

  /// The files that a clean stop removes stay, and the next start takes them up.
  @Test(arguments: [EIO, EACCES, EROFS])
  func aStopThatCantRemoveTheLogIsClean(code: Int32) throws {
    let setting = try FaultSetting()
    let written = try setting.postUntil { _ in setting.databaseSize > 1 << 20 }
    setting.disk.fail([.remove, .truncate], with: code, of: [.wal, .shared])
    setting.server.process.send(signal: SIGTERM)
    #expect(try setting.server.process.waitForExit() == 0)
    #expect(setting.disk.faults > 0)
    setting.disk.heal()
    #expect(try setting.server.command(["doctor"]).exitCode == 0)
    let again = try TestServer(in: setting.directory, environment: setting.disk.environment)
    #expect(try setting.nonces() == written.accepted)
    try again.client().post("after", to: setting.place.general)
  }

  /// Nobody can read what is logged; everything else goes on.
  @Test func aLogThatTakesNothingHoldsNobody() throws {
    let directory = try TestDirectory()
    let port = try SilentListener().port
    let process = try ChildProcess(
      [
        "serve", "--addr", "127.0.0.1:\(port)", "--data", directory.path + "/data", "--dev-bootstrap=true",
        "--log-level", "debug",
      ], output: "/dev/full", errors: "/dev/full")
    _ = try eventually("it serves") {
      #expect(process.exitCode() == nil)
      do {
        return try HTTPClient(port: port).request(.get, "/healthz").status == 200 ? true : nil
      } catch SocketFailure.call {
        return nil
      }
    }
    let client = try HTTPClient(port: port)
    for _ in 1...2_000 { #expect(try client.request(.get, "/api/workspaces").status == 200) }
    process.send(signal: SIGTERM)
    #expect(try process.waitForExit() == 0)
  }
}
