import HTTP
import SeededRandom
import Storage

/// One client of the crash tests: does what people do, one request after the other, and notes what it was told.
struct CrashWorkload {
  let server: TestServer
  let place: TestServer.Place
  let ledger: CrashLedger
  /// Who it acts as; nobody else changes what is theirs.
  let user: UserID
  /// Makes the nonces of this client unlike those of others.
  let name: String
  var random: SeededGenerator
  private var own: [CrashLedger.Message] = []
  private var count = 0
  private static let emoji = ["👍", "🦀", "🎉"]

  init(
    _ server: TestServer, _ place: TestServer.Place, _ ledger: CrashLedger, user: UserID, name: String, seed: UInt64
  ) {
    (self.server, self.place, self.ledger, self.user, self.name) = (server, place, ledger, user, name)
    random = SeededGenerator(seed: seed)
  }

  /// Works until the server is gone.
  /// - Throws: `TestFailure` when the server refuses what it should not.
  mutating func run() throws {
    do {
      let client = try server.client(user: user)
      while true { try step(client) }
    } catch is SocketFailure {
      // The kill that the test waits for.
    }
  }

  private mutating func step(_ client: HTTPClient) throws {
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<45: try post(client)
    case 45..<62: try reply(client)
    case 62..<72: try edit(client)
    case 72..<76: try delete(client)
    case 76..<87: try react(client)
    case 87..<92: try read(client)
    case 92..<95: try lookBack(client)
    default: try attach(client)
    }
  }

  private mutating func post(_ client: HTTPClient) throws {
    try create(client, root: nil, at: "/api/channels/\(place.general)/messages")
  }

  private mutating func reply(_ client: HTTPClient) throws {
    guard let root = own.last(where: { $0.root == nil })?.id else { return try post(client) }
    try create(client, root: root, at: "/api/messages/\(root)/thread/replies")
  }

  private mutating func create(_ client: HTTPClient, root: String?, at path: String) throws {
    count += 1
    let nonce = "\(name)-\(count)"
    let body = "body of \(nonce)"
    ledger.add(CrashLedger.Message(nonce: nonce, author: user, root: root, body: CrashLedger.Fact(body)))
    let answer = try client.call(.post, path, json: "{\"body\":\"\(body)\",\"nonce\":\"\(nonce)\"}")
    let id = answer["message"]["id"].text
    ledger.acknowledge(nonce) { message in
      message.id = id
      own.append(message)
    }
    if own.count > 40 { own.removeFirst() }
  }

  private mutating func edit(_ client: HTTPClient) throws {
    guard let message = own.randomElement(using: &random), let id = message.id else { return try post(client) }
    count += 1
    let body = "edited by \(name)-\(count)"
    ledger.update(message.nonce) { $0.body.ask(body) }
    _ = try client.call(.patch, "/api/messages/\(id)", json: "{\"body\":\"\(body)\"}")
    ledger.acknowledge(message.nonce) { $0.body.acknowledge() }
  }

  private mutating func delete(_ client: HTTPClient) throws {
    guard let index = own.indices.randomElement(using: &random), let id = own[index].id else { return try post(client) }
    let message = own.remove(at: index)
    ledger.update(message.nonce) { $0.isDeleted.ask(true) }
    _ = try client.call(.delete, "/api/messages/\(id)")
    ledger.acknowledge(message.nonce) { $0.isDeleted.acknowledge() }
  }

  private mutating func react(_ client: HTTPClient) throws {
    guard let message = own.randomElement(using: &random), let id = message.id,
      let emoji = Self.emoji.randomElement(using: &random)
    else { return try post(client) }
    var wanted = true
    ledger.update(message.nonce) { known in
      wanted = !(known.reactions[emoji]?.settled ?? false)
      known.reactions[emoji, default: CrashLedger.Fact(false)].ask(wanted)
    }
    if wanted {
      _ = try client.call(.post, "/api/messages/\(id)/reactions", json: "{\"emoji\":\"\(emoji)\"}")
    } else {
      _ = try client.call(.delete, "/api/messages/\(id)/reactions/\(percentEncoded(emoji))")
    }
    ledger.acknowledge(message.nonce) { $0.reactions[emoji]?.acknowledge() }
  }

  private mutating func read(_ client: HTTPClient) throws {
    let channels = try client.call(.get, "/api/workspaces/\(place.workspace)/channels")["channels"].elements
    let last = channels.first { $0["id"].text == place.general }?["last_seq"].integer ?? 0
    var wanted: Int64 = 0
    ledger.changeRead(of: user) { fact in
      wanted = max(fact.settled, last)
      fact.ask(wanted)
    }
    _ = try client.call(.post, "/api/channels/\(place.general)/read", json: "{\"seq\":\(wanted)}")
    ledger.changeRead(of: user) { $0.acknowledge() }
  }

  /// Reads what was acknowledged a moment ago: a reader must never be behind an acknowledgement.
  private mutating func lookBack(_ client: HTTPClient) throws {
    guard let message = own.last, let id = message.id else { return try post(client) }
    let found = try client.call(.get, "/api/messages/\(id)")["message"]
    guard found["nonce"].text == message.nonce else { throw TestFailure("\(message.nonce) is read as \(found)") }
  }

  private mutating func attach(_ client: HTTPClient) throws {
    guard let message = own.last(where: { known in known.id != nil && known.upload.settled == nil }),
      let id = message.id
    else { return try post(client) }
    count += 1
    let line = "content of \(name)-\(count)\n"
    let content = String(repeating: line, count: Int.random(in: 1...4_000, using: &random))
    let uploaded = try client.upload(content, to: place.workspace)
    ledger.add(CrashLedger.Upload(id: uploaded, owner: user, content: content))
    ledger.update(message.nonce) { $0.upload.ask(uploaded) }
    own.removeAll { $0.nonce == message.nonce }
    _ = try client.call(.post, "/api/messages/\(id)/attachments", json: "{\"upload_id\":\"\(uploaded)\"}")
    ledger.acknowledge(message.nonce) { $0.upload.acknowledge() }
  }

  private func percentEncoded(_ text: String) -> String {
    text.utf8.map { "%" + String($0, radix: 16, uppercase: true) }.joined()
  }
}

extension HTTPClient {
  /// Uploads a text file; returns its identifier.
  func upload(_ content: String, to workspace: String) throws -> String {
    let response = try sendUpload(content, to: workspace)
    guard response.status == 201 else { throw TestFailure("upload: \(response.status) \(response.text)") }
    return try response.json()["upload"]["id"].text
  }

  /// Sends a text file; returns the answer.
  func sendUpload(_ content: String, to workspace: String) throws -> Response {
    let boundary = "boundary-of-the-crash-tests"
    let body =
      "--\(boundary)\r\nContent-Disposition: form-data; name=\"workspace_id\"\r\n\r\n\(workspace)\r\n--\(boundary)\r\n"
      + "Content-Disposition: form-data; name=\"file\"; filename=\"crash.txt\"\r\nContent-Type: text/plain\r\n\r\n"
      + "\(content)\r\n--\(boundary)--\r\n"
    let fields = [
      ("Content-Type", "multipart/form-data; boundary=\(boundary)"), ("Content-Length", "\(body.utf8.count)"),
    ]
    try socket.send(bytes(.post, "/api/uploads", headers: fields) + Array(body.utf8))
    return try receive(answering: .post)
  }
}
