import Storage

extension API {
  /// Messages: pages, writing, reading one, editing, deleting, looking up by nonce.
  static let messages: [Endpoint] = [
    Endpoint(
      .get, "/api/channels/{channel_id}/messages", "listMessages", access: .caller(botScope: "messages:read")
    ) { request in
      let caller = try request.caller
      let page = try MessagePageRequest(request)
      let scope = MessagePages.Scope.channel(request.parameter("channel_id"), topicID: try topic(request))
      return .json(
        bytes: try await request.read { db in
          try MessagePages.write(caller, scope, page.window, limit: page.limit, db)
        })
    },

    Endpoint(
      .post, "/api/channels/{channel_id}/messages", "createMessage", access: .caller(botScope: "messages:write")
    ) { request in
      let caller = try request.caller
      let draft = try request.decode(NewMessage.self).draft(by: caller)
      let channelID = request.parameter("channel_id")
      let correlationID = request.correlationID
      let created = try await request.services.store.write { tx in
        try Messages.create(caller, in: channelID, draft, correlationID: correlationID, tx)
      }
      return .created(created)
    },

    Endpoint(
      .get, "/api/messages/by-nonce", "getMessageByNonce", access: .caller(botScope: "messages:write")
    ) { request in
      try await nonceAware {
        let caller = try request.caller
        guard let workspaceID = MessageText.optional(request.queryValue("workspace_id")) else {
          throw StoreError.invalid("workspace_id is missing")
        }
        guard let nonce = try MessageText.nonce(request.queryValue("nonce")) else {
          throw StoreError.invalid("nonce is missing")
        }
        let message = try await request.read { db in
          try Messages.byNonce(caller, workspaceID: workspaceID, nonce: nonce, db)
        }
        return .json { $0.field("message", message) }
      }
    },

    Endpoint(
      .get, "/api/messages/{message_id}", "getMessage", access: .caller(botScope: "messages:read")
    ) { request in
      let caller = try request.caller
      let id = request.parameter("message_id")
      let message = try await request.read { db in try Messages.get(caller, id, db) }
      return .json { $0.field("message", message) }
    },

    Endpoint(
      .patch, "/api/messages/{message_id}", "updateMessage", access: .caller(botScope: "messages:write")
    ) { request in
      let caller = try request.caller
      let id = request.parameter("message_id")
      let change: ChangedMessage = try request.decode()
      let (message, event) = try await request.services.store.write { tx in
        try Messages.update(caller, id, body: change.body, tx)
      }
      return .json { json in
        json.field("event", event)
        json.field("message", message)
      }
    },

    Endpoint(
      .delete, "/api/messages/{message_id}", "deleteMessage", access: .caller(botScope: "messages:write")
    ) { request in
      let caller = try request.caller
      let id = request.parameter("message_id")
      let (message, event) = try await request.services.store.write { tx in try Messages.delete(caller, id, tx) }
      return .json { json in
        json.field("event", orNothing: event)
        json.field("message", message)
      }
    },
  ]

  private static func topic(_ request: APIRequest) throws(StoreError) -> String? {
    guard let text = request.queryValue("topic_id") else { return nil }
    guard let topicID = MessageText.optional(text) else { throw .invalid("topic_id is empty") }
    return topicID
  }

  /// Clients learn from this header, on refusals too, that the server knows the operation.
  private static func nonceAware(_ body: () async throws -> APIResponse) async throws -> APIResponse {
    let response: APIResponse
    do {
      response = try await body()
    } catch let error as StoreError {
      response = .error(ErrorMiddleware.status(of: error.kind), error.message)
    }
    return response.with(header: "X-ClickClack-Message-Nonce", "supported")
  }
}

/// The body of a request that writes a message or a reply.
struct NewMessage: Decodable {
  let body: String?
  let quotedMessageID: String?
  let nonce: String?
  let topicID: String?
  let kind: String?
  let turnID: String?

  private enum CodingKeys: String, CodingKey {
    case body
    case quotedMessageID = "quoted_message_id"
    case nonce
    case topicID = "topic_id"
    case kind
    case turnID = "turn_id"
  }

  /// A message of a channel, checked.
  func draft(by caller: Caller) throws(StoreError) -> MessageDraft {
    try MessageDraft(
      body: body, nonce: nonce, quotedMessageID: quotedMessageID, topicID: topicID, kind: kind, turnID: turnID,
      by: caller)
  }

  /// A message of a direct conversation, checked: it has no topic.
  func directDraft(by caller: Caller) throws(StoreError) -> MessageDraft {
    try MessageDraft(
      body: body, nonce: nonce, quotedMessageID: quotedMessageID, kind: kind, turnID: turnID, by: caller)
  }

  /// A reply, checked: it is always an ordinary message without a topic.
  func replyDraft(by caller: Caller) throws(StoreError) -> MessageDraft {
    try MessageDraft(body: body, nonce: nonce, quotedMessageID: quotedMessageID, by: caller)
  }
}

private struct ChangedMessage: Decodable {
  let body: String?
}

/// The query of a page of messages.
struct MessagePageRequest {
  /// Messages on a page unless the client says otherwise.
  static let limitDefault = 100
  /// Messages on a page at most.
  static let limitMax = 200

  let window: MessagePages.Window
  let limit: Int

  /// Reads `after_seq`, `before_seq`, `around_seq` or `mode=latest`, of which one may be given, and `limit`.
  /// - Throws: `StoreError.invalid`.
  init(_ request: APIRequest) throws(StoreError) {
    limit = request.limit(default: Self.limitDefault, max: Self.limitMax)
    var windows: [MessagePages.Window] = []
    if let seq = try Self.position("after_seq", request) { windows.append(.after(seq)) }
    if let seq = try Self.position("before_seq", request) { windows.append(.before(seq)) }
    if let seq = try Self.position("around_seq", request) { windows.append(.around(seq)) }
    if let mode = MessageText.optional(request.queryValue("mode")) {
      guard mode == "latest" else { throw .invalid("mode must be latest") }
      windows.append(.latest)
    }
    guard windows.count <= 1 else {
      throw .invalid("after_seq, before_seq, around_seq and mode exclude each other")
    }
    window = windows.first ?? .latest
  }

  private static func position(_ name: String, _ request: APIRequest) throws(StoreError) -> Int64? {
    guard let text = request.queryValue(name) else { return nil }
    guard let seq = Int64(text), seq >= 0 else { throw .invalid("\(name) must be a number, at least 0") }
    return seq
  }
}

extension APIResponse {
  /// A JSON document that is written already.
  static func json(bytes: [UInt8]) -> APIResponse {
    APIResponse(status: 200, contentType: "application/json", body: bytes)
  }

  /// A message that was written now (201), or had been with the same nonce (200, without an event).
  static func created(_ created: Messages.Created) -> APIResponse {
    .json(created.event == nil ? 200 : 201, capacity: 1_536) { json in
      json.field("event", ifPresent: created.event)
      json.field("message", created.message)
    }
  }
}

extension JSONWriter {
  /// An event as a field; an empty event object when nothing changed.
  mutating func field(_ name: StaticString, orNothing event: Event?) {
    if let event { return field(name, event) }
    key(name)
    object { json in
      for name: StaticString in ["id", "cursor", "type", "workspace_id", "created_at"] { json.field(name, "") }
      json.key("payload")
      json.null()
    }
  }
}
