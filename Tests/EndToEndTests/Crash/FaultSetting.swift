import Glibc
import HTTP
import Storage
import Testing

/// A server with some messages and a live subscriber on a disk that fails on demand.
struct FaultSetting {
  let directory: TestDirectory
  let disk: FaultyDisk
  let server: TestServer
  let place: TestServer.Place
  let client: HTTPClient
  let subscriber: WebSocketClient

  init(flags: [String] = []) throws {
    directory = try TestDirectory()
    disk = try FaultyDisk(in: directory, forgets: false)
    server = try TestServer(in: directory, flags: flags, environment: disk.environment)
    place = try server.place()
    client = try server.client()
    for number in 1..<20 { try client.post("before \(number)", nonce: "before \(number)", to: place.general) }
    let log = try client.call(.get, "/api/realtime/events?workspace_id=\(place.workspace)")["events"].elements
    subscriber = try WebSocketClient(
      port: server.port, workspace: place.workspace, after: log.last?["cursor"].text ?? "")
    // Ephemeral events reach only those who are live.
    let live = try client.post("before 20", nonce: "before 20", to: place.general)["event"]["cursor"].text
    _ = try subscriber.events { $0.cursor == live }
  }

  func tryToPost(_ nonce: String) throws -> Response {
    try client.request(
      .post, "/api/channels/\(place.general)/messages", json: "{\"body\":\"\(nonce)\",\"nonce\":\"\(nonce)\"}")
  }

  func nonces() throws -> [String] {
    try SQLiteEngine(directory: server.data).readOnce { db in
      var nonces: [String] = []
      try db.query("SELECT nonce FROM messages WHERE nonce LIKE 'fault %' ORDER BY pk", []) { row in
        nonces.append(row.text(0))
      }
      return nonces
    }
  }

  /// Posts long messages until the disk has failed.
  /// - Returns: The nonces that were acknowledged, and the answers that were none.
  func postUntil(_ isEnough: (_ refused: Int) throws -> Bool) throws -> (accepted: [String], refused: [Response]) {
    var accepted: [String] = []
    var refused: [Response] = []
    let padding = String(repeating: "long ", count: 3_000)
    for number in 1...2_000 {
      let nonce = "fault \(number)"
      let answer = try client.request(
        .post, "/api/channels/\(place.general)/messages", json: "{\"body\":\"\(padding)\",\"nonce\":\"\(nonce)\"}")
      if answer.status == 201 { accepted.append(nonce) } else { refused.append(answer) }
      if try isEnough(refused.count) { return (accepted, refused) }
    }
    throw TestFailure("2,000 messages were not enough")
  }

  func readPage() throws -> Response {
    try client.request(.get, "/api/channels/\(place.general)/messages?limit=20")
  }

  var databaseSize: Int64 { fileSize("\(server.data)/clickclack.db") ?? 0 }
  var logSize: Int64 { fileSize("\(server.data)/clickclack.db-wal") ?? 0 }

  /// Writes until the log has started over.
  func expectShortLog(bytesMax: Int64) throws {
    var number = 0
    _ = try eventually("the log is short") {
      number += 1
      let answer = try tryToPost("short \(number)")
      #expect(answer.status == 201, "\(answer.text)")
      return logSize <= bytesMax ? true : nil
    }
  }

  /// An event that needs no disk.
  func type() throws {
    let json = """
      {"workspace_id":"\(place.workspace)","channel_id":"\(place.general)","type":"typing.started"}
      """
    let sent = try client.request(.post, "/api/realtime/ephemeral", json: json)
    #expect(sent.status == 202, "\(sent.text)")
  }

  /// The names of all files of uploads, finished or not.
  func uploadFiles() throws -> [String] {
    let root = "\(server.data)/uploads"
    return try TestDirectory.names(in: root).flatMap { try TestDirectory.names(in: "\(root)/\($0)") }
  }

  /// The names of the files that uploads have.
  func blobs() throws -> [String] {
    try SQLiteEngine(directory: server.data).readOnce { db in try db.all("SELECT blob FROM uploads") { $0.text(0) } }
  }

  /// Reads and live sockets go on.
  func expectReadsAndLiveSockets() throws {
    let page = try readPage()
    #expect(page.status == 200, "\(page.text)")
    try type()
    _ = try subscriber.events { $0.type == "typing.started" }
  }

  /// A refusal is 507 or 503 in words for people, and says when to come again.
  func expectRefusal(_ answer: Response, _ statuses: [Int] = [503, 507]) throws {
    #expect(statuses.contains(answer.status) && answer.headers["Retry-After"] != nil, "\(answer.status) \(answer.text)")
    let message = try answer.json()["error"].text
    #expect(!message.isEmpty && !message.lowercased().contains("sqlite") && !message.contains("/"), "\(message)")
  }

  /// The disk works again: so does everything, without a restart, and nothing is left behind.
  func expectRecovery() throws {
    disk.heal()
    #expect(try readPage().status == 200)
    #expect(try tryToPost("after").status == 201)
    _ = try subscriber.events { $0.json["payload"]["nonce"].text == "after" }
    let again = try server.client()
    let uploaded = try again.upload("works again", to: place.workspace)
    #expect(try again.request(.get, "/api/uploads/\(uploaded)").text == "works again")
    let blobs = try blobs()
    _ = try eventually("no file is there but those of uploads") {
      try uploadFiles().sorted() == blobs.sorted() ? true : nil
    }
    try checkIntegrity()
    let doctor = try server.command(["doctor"])
    #expect(doctor.exitCode == 0 && !doctor.output.contains("orphans"), "\(doctor.output)")
  }

  func checkIntegrity() throws {
    let verdict = try SQLiteEngine(directory: server.data).readOnce { db in
      try db.first("PRAGMA integrity_check", []) { $0.text(0) }
    }
    #expect(verdict == "ok")
  }
}
