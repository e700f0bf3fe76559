import Glibc
import HTTP
import SeededRandom
import Storage
import Testing

extension EndToEnd.Faults {
  /// So many bytes are left, then none, then some again, for messages, uploads and checkpoints alike.
  @Test(arguments: [EndToEnd.Crash.seed])
  func aDiskThatFillsUpTakesWhatFits(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let setting = try FaultSetting(flags: ["--database-log-bytes-max", "1MiB"])
    var accepted: [String] = []
    var uploads: [(id: String, text: String)] = []
    var refusedPosts = 0
    var refusedUploads = 0
    let padding = String(repeating: "long ", count: 1_000)
    let client = try setting.server.client()
    for round in 1...8 {
      setting.disk.leave(bytes: UInt64.random(in: 0...700_000, using: &random))
      var number = 0
      let isEnough = (posts: refusedPosts + 3, uploads: refusedUploads + 1)
      // Small ones fit where large ones don't, so both go on until both were refused.
      while refusedPosts < isEnough.posts || refusedUploads < isEnough.uploads {
        number += 1
        try #require(number < 2_000, "seed \(seed)")
        let nonce = "fault \(round) \(number)"
        let json = "{\"body\":\"\(padding)\",\"nonce\":\"\(nonce)\"}"
        let posted = try client.request(.post, "/api/channels/\(setting.place.general)/messages", json: json)
        if posted.status == 201 {
          accepted.append(nonce)
        } else {
          refusedPosts += 1
          try setting.expectRefusal(posted, [507])
        }
        guard number % 5 == 0 else { continue }
        let text = String(repeating: "\(round) \(number) ", count: Int.random(in: 1...20_000, using: &random))
        let uploaded = try setting.server.client().sendUpload(text, to: setting.place.workspace)
        if uploaded.status == 201 {
          uploads.append((try uploaded.json()["upload"]["id"].text, text))
        } else {
          refusedUploads += 1
          try setting.expectRefusal(uploaded, [507])
        }
      }
      try setting.expectReadsAndLiveSockets()
    }
    #expect(setting.disk.faults > 0)
    #expect(try setting.nonces() == accepted, "seed \(seed)")
    for upload in uploads {
      let answer = try setting.client.request(.get, "/api/uploads/\(upload.id)")
      #expect(answer.status == 200 && answer.text == upload.text, "seed \(seed)")
    }
    try setting.expectRecovery()
    #expect(try setting.blobs().count == uploads.count + 1)
  }

  /// Signals interrupt whatever waits for the disk, again and again: nobody notices.
  @Test func aStormOfInterruptionsIsNoFailure() throws {
    let setting = try FaultSetting(flags: ["--database-log-bytes-max", "1MiB"])
    setting.disk.interrupt(true, of: [.database, .wal, .uploads, .others, .shared])
    let written = try setting.postUntil { _ in setting.databaseSize > 3 << 20 }
    #expect(written.refused.isEmpty, "\(written.refused.first?.text ?? "")")
    let text = String(repeating: "interrupted ", count: 100_000)
    let uploaded = try setting.server.client().upload(text, to: setting.place.workspace)
    #expect(try setting.client.request(.get, "/api/uploads/\(uploaded)").text == text)
    try setting.expectReadsAndLiveSockets()
    let copy = setting.server.data + "/copy"
    #expect(mkdir(copy, 0o700) == 0)
    let backup = try TestServer.command(
      ["backup", "--out", copy + "/clickclack.db", "--uploads", copy + "/uploads"], in: setting.directory,
      environment: setting.disk.environment)
    #expect(backup.exitCode == 0, "\(backup.errors)")
    setting.server.process.send(signal: SIGTERM)
    #expect(try setting.server.process.waitForExit() == 0)
    let again = try TestServer(in: setting.directory, environment: setting.disk.environment)
    #expect(try again.client().request(.get, "/api/uploads/\(uploaded)").text == text)
    #expect(setting.disk.faults > 1_000)
    setting.disk.heal()
    #expect(try setting.nonces() == written.accepted)
    #expect(try again.command(["doctor"]).exitCode == 0)
  }
}
