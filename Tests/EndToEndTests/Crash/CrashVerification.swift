import HTTP
import Storage

/// What must be true of the database and of the answers after every restart.
struct CrashVerification {
  private final class Violations {
    var list: [String] = []
  }

  private struct Row {
    let id: String
    let nonce: String
    let body: String
    let root: String?
    let channelSeq: Int64?
    let threadSeq: Int64?
    let isDeleted: Bool
    let isEdited: Bool
    let replyCount: Int64
    let lastThreadSeq: Int64
    let lastReplyAt: String?
    let createdAt: String
    let reactionCount: Int64
    let attachmentCount: Int64
    let authorID: UserID
  }

  let server: TestServer
  let place: TestServer.Place
  let ledger: CrashLedger
  private let found = Violations()
  private var rows: [Row] = []
  private var reactions: [String: Set<String>] = [:]
  private var attachments: [String: [String]] = [:]
  private var blobs: [(path: String, size: Int64)] = []
  private var reads: [UserID: Int64] = [:]
  private var channelLast: Int64 = 0
  private var events: [(cursor: String, type: String, messageID: String, isPublic: Bool)] = []

  /// Cursors of the events that every member may see, in order.
  var visibleCursors: [String] { events.filter(\.isPublic).map(\.cursor) }

  init(_ server: TestServer, _ place: TestServer.Place, _ ledger: CrashLedger) throws {
    (self.server, self.place, self.ledger) = (server, place, ledger)
    try load()
  }

  private mutating func load() throws {
    var loaded = self
    let uploads = "\(server.data)/uploads"
    let general = place.general
    try SQLiteEngine(directory: server.data).readOnce { db in
      require(try db.first("PRAGMA integrity_check", []) { $0.text(0) } == "ok")
      require(try !db.exists("SELECT 1 FROM pragma_foreign_key_check"))
      try db.query(
        """
        SELECT id, nonce, body, parent_message_id, channel_seq, thread_seq, deleted_at IS NOT NULL,
          edited_at IS NOT NULL, reply_count, last_thread_seq, last_reply_at, created_at, reaction_count,
          attachment_count, author_id
        FROM messages WHERE nonce IS NOT NULL ORDER BY pk
        """, []
      ) { row in
        loaded.rows.append(
          Row(
            id: row.text(0), nonce: row.text(1), body: row.text(2), root: row.optionalText(3),
            channelSeq: row.optionalInt(4), threadSeq: row.optionalInt(5), isDeleted: row.int(6) != 0,
            isEdited: row.int(7) != 0, replyCount: row.int(8), lastThreadSeq: row.int(9),
            lastReplyAt: row.optionalText(10), createdAt: row.text(11), reactionCount: row.int(12),
            attachmentCount: row.int(13), authorID: row.text(14)))
      }
      try db.query("SELECT message_id, emoji FROM reactions", []) { row in
        loaded.reactions[row.text(0), default: []].insert(row.text(1))
      }
      try db.query("SELECT message_id, upload_id FROM message_attachments", []) { row in
        loaded.attachments[row.text(0), default: []].append(row.text(1))
      }
      try db.query("SELECT blob, byte_size FROM uploads", []) { row in
        loaded.blobs.append(("\(uploads)/\(row.text(0).prefix(2))/\(row.text(0))", row.int(1)))
      }
      try db.query("SELECT user_id, last_read_seq FROM channel_reads WHERE channel_id = ?1", [.text(general)]) { row in
        loaded.reads[row.text(0)] = row.int(1)
      }
      loaded.channelLast =
        try db.first("SELECT last_seq FROM channels WHERE id = ?1", [.text(general)]) { $0.int(0) } ?? 0
      try db.query(
        """
        SELECT cursor, type, coalesce(payload ->> 'message_id', ''), direct_conversation_id IS NULL AND recipient_id IS NULL
        FROM events ORDER BY cursor
        """, []
      ) { row in
        loaded.events.append((row.text(0), row.text(1), row.text(2), row.int(3) != 0))
      }
    }
    self = loaded
  }

  /// Compares everything, and settles what was in doubt.
  /// - Returns: What is wrong, in words.
  func violations() throws -> [String] {
    checkMessages()
    checkThreads()
    checkEvents()
    try checkReads()
    try checkUploads()
    // After a loss there is nothing to build on: the root of a doubtful reply may be gone.
    if found.list.isEmpty { try repeatDoubtful() }
    return found.list
  }

  /// Looks at what must be true of any copy of the data, whatever the clients were told.
  /// - Returns: What is wrong, in words.
  func structuralViolations() -> [String] {
    checkThreads()
    checkEvents()
    checkFiles()
    return found.list
  }

  /// Compares messages with what is known of them, down to the bytes of their uploads.
  /// - Returns: What is wrong, in words.
  func contentViolations(of messages: [CrashLedger.Message], uploads: [CrashLedger.Upload]) throws -> [String] {
    let byNonce = Dictionary(rows.map { ($0.nonce, $0) }, uniquingKeysWith: { first, _ in first })
    for message in messages {
      guard let row = byNonce[message.nonce] else {
        require(false, "\(message.nonce) is not in the copy")
        continue
      }
      require(row.id == message.id && row.root == message.root && row.authorID == message.author, message.nonce)
      require(row.isDeleted == message.isDeleted.settled, "\(message.nonce): deleted?")
      require(row.isDeleted || row.body == message.body.settled, "\(message.nonce): '\(row.body)'")
      let wanted = Set(message.reactions.filter(\.value.settled).keys)
      require(reactions[row.id] ?? [] == wanted, "\(message.nonce): reactions")
      require(attachments[row.id]?.first == message.upload.settled, "\(message.nonce): attachment")
    }
    for upload in uploads {
      let response = try server.client(user: upload.owner).request(.get, "/api/uploads/\(upload.id)")
      require(response.status == 200 && response.text == upload.content, "upload \(upload.id)")
    }
    return found.list
  }

  /// Identifiers of the messages that are there.
  var messageIDs: Set<String> { Set(rows.map(\.id)) }

  private func require(_ isSo: Bool, _ what: String = "", line: Int = #line) {
    if !isSo { found.list.append(what.isEmpty ? "what line \(line) of the verification asks" : what) }
  }

  private func checkMessages() {
    let byNonce = Dictionary(grouping: rows, by: \.nonce)
    let known = Dictionary(uniqueKeysWithValues: ledger.messages.map { ($0.nonce, $0) })
    require(rows.allSatisfy { known[$0.nonce] != nil }, "a message that nobody sent")
    for message in known.values {
      let found = byNonce[message.nonce] ?? []
      require(found.count <= 1, "\(message.nonce) is there twice")
      guard let row = found.first else {
        require(message.id == nil, "\(message.nonce) was acknowledged and is gone")
        continue
      }
      if let id = message.id { require(row.id == id, "\(message.nonce) has another id") }
      require(row.root == message.root)
      ledger.update(message.nonce) { entry in
        let mayBeSo = entry.isDeleted.resolve(row.isDeleted)
        require(mayBeSo, "\(entry.nonce): deleted?")
        // Deletion takes the body.
        let mayReadSo = row.isDeleted || entry.body.resolve(row.body)
        require(mayReadSo, "\(entry.nonce): '\(row.body)'")
        let there = reactions[row.id] ?? []
        for emoji in entry.reactions.keys {
          let mayReactSo = entry.reactions[emoji]?.resolve(there.contains(emoji)) ?? false
          require(mayReactSo, "\(entry.nonce) \(emoji)")
        }
        require(there.isSubset(of: entry.reactions.keys))
        require(row.reactionCount == Int64(there.count), "\(entry.nonce): counted reactions")
        let mayHoldSo = entry.upload.resolve(attachments[row.id]?.first)
        require(mayHoldSo, "\(entry.nonce): attachment")
        require(row.attachmentCount == Int64(attachments[row.id]?.count ?? 0))
      }
    }
  }

  private func checkThreads() {
    let seqs = rows.compactMap(\.channelSeq)
    require(seqs == (0..<seqs.count).map { Int64($0) + 1 }, "positions in the channel")
    require(channelLast == seqs.last ?? 0, "the channel's last position")
    let replies = Dictionary(grouping: rows.filter { $0.root != nil }, by: { $0.root ?? "" })
    for root in rows where root.root == nil {
      let thread = replies[root.id] ?? []
      let count = Int64(thread.count)
      require(root.replyCount == count && root.lastThreadSeq == count, "half a thread at \(root.nonce)")
      require(thread.map(\.threadSeq) == (0..<thread.count).map { Int64($0) + 1 })
      require(root.lastReplyAt == thread.last?.createdAt)
    }
  }

  private func checkEvents() {
    let created = events.filter { $0.type == "message.created" }.map(\.messageID)
    require(created == rows.filter { $0.root == nil }.map(\.id), "messages and their events")
    let replied = events.filter { $0.type == "thread.reply_created" }.map(\.messageID)
    require(replied == rows.filter { $0.root != nil }.map(\.id), "replies and their events")
    let deleted = events.filter { $0.type == "message.deleted" }.map(\.messageID)
    require(deleted.count == Set(deleted).count)
    require(Set(deleted) == Set(rows.filter(\.isDeleted).map(\.id)), "deletions and their events")
    let edited = Set(events.filter { $0.type == "message.updated" }.map(\.messageID))
    require(edited.isSuperset(of: rows.filter(\.isEdited).map(\.id)), "edits and their events")
    var balance: [String: Int] = [:]
    for event in events {
      if event.type == "reaction.added" { balance[event.messageID, default: 0] += 1 }
      if event.type == "reaction.removed" { balance[event.messageID, default: 0] -= 1 }
    }
    for row in rows {
      require(balance[row.id] ?? 0 == reactions[row.id]?.count ?? 0, "reactions and their events")
    }
    let onDisk = Set(events.map(\.cursor))
    for subscriber in CrashSubscriber.allCases {
      require(onDisk.isSuperset(of: ledger.seen(by: subscriber)), "\(subscriber): seen and not on disk")
    }
  }

  private func checkReads() throws {
    for user in ledger.reads.keys {
      let found = reads[user] ?? 0
      var mayBeSo = false
      ledger.changeRead(of: user) { mayBeSo = $0.resolve(found) }
      require(mayBeSo, "\(user) read up to \(found)")
      let channels = try server.client(user: user).call(.get, "/api/workspaces/\(place.workspace)/channels")
      let general = channels["channels"].elements.first { $0["id"].text == place.general } ?? .null
      let unread = rows.filter { ($0.channelSeq ?? 0) > found && $0.authorID != user }
      require(general["last_read_seq"].integer == found)
      require(general["unread_count"].integer == Int64(unread.count), "unread count of \(user)")
    }
  }

  private func checkFiles() {
    for (path, size) in blobs { require(fileSize(path) == size, "an upload without its whole file: \(path)") }
  }

  private func checkUploads() throws {
    checkFiles()
    // All are compared by size above, the newest by content.
    for upload in ledger.uploads.suffix(20) {
      let client = try server.client(user: upload.owner)
      let response = try client.request(.get, "/api/uploads/\(upload.id)")
      require(response.status == 200 && response.text == upload.content, "upload \(upload.id)")
    }
  }

  /// A client repeats what it got no answer to: it happens once in all.
  private func repeatDoubtful() throws {
    let byNonce = Dictionary(rows.map { ($0.nonce, $0.id) }, uniquingKeysWith: { first, _ in first })
    for message in ledger.messages where message.id == nil {
      guard !message.isDeleted.settled else { continue }
      let path =
        message.root.map { "/api/messages/\($0)/thread/replies" } ?? "/api/channels/\(place.general)/messages"
      let answer = try server.client(user: message.author).call(
        .post, path, json: "{\"body\":\"\(message.body.settled)\",\"nonce\":\"\(message.nonce)\"}")
      let id = answer["message"]["id"].text
      if let stored = byNonce[message.nonce] { require(id == stored, "\(message.nonce) repeated") }
      if let cursor = answer["event"]["cursor"].textIfAny, let last = events.last?.cursor {
        require(cursor > last, "cursors went back")
      }
      ledger.acknowledge(message.nonce) { $0.id = id }
    }
  }
}

extension JSONValue {
  fileprivate var textIfAny: String? { text.isEmpty ? nil : text }
}
