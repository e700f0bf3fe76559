import Actors
import FoundationEssentials
import Runtime
import Storage
import Testing

@testable import HTTP

/// The whole application, without sockets, on a database with two workspaces and one of every kind of caller.
final class AuthorizationFixture {
  let store: RehearsalStore
  /// What stands for `{name}` in paths, queries and bodies, such as `channel_id`.
  private(set) var names: [String: String] = [:]
  private let directory: String
  private let group: EventLoopGroup
  private let blocking = BlockingPool(threadsMax: 1, queueMax: 16)
  private let application: Application
  private var tokens: [AuthorizationCaller: String] = [:]
  private var users: [AuthorizationCaller: UserID] = [:]
  /// Of each caller who can have one: a message of their own.
  private var ownMessages: [AuthorizationCaller: String] = [:]
  private var requestCount = 0

  init() async throws {
    directory = FileManager.default.temporaryDirectory.appending(path: "clickclack-rules-\(UUID().uuidString)").path
    let engine = try SQLiteEngine(directory: directory)
    try Migrator().up(engine.openWriter())
    let ids = IDGenerator()
    let owner = try engine.writeOnce(ids: ids) { try Bootstrap.run(email: "owner@example.test", $0).userID }
    store = try RehearsalStore(engine: engine, ids: ids)
    group = try EventLoopGroup(count: 1)
    let contexts = LoopContexts(loops: group.loops)
    let callbacks = try CallbackSender(loop: group.loops[0], allowing: [])
    let sessions = SessionCache(store: store)
    let blobs = try FileBlobStore(directory: directory + "/uploads", work: blocking)
    let realtime = Realtime(loops: group.loops, store: store, encoder: EventFrames(contexts: contexts))
    let services = Services(
      store: store, blobs: blobs, realtime: realtime, sessions: sessions,
      passwords: PasswordHasher(Argon2id(memoryKibibytes: 64, passes: 1), threadsMax: 1, waitingMax: 64),
      callbacks: callbacks, dispatcher: EventDispatcher(loop: group.loops[0], store: store, sender: callbacks),
      identityProviders: try IdentityProviders(SignInSettings(), loop: group.loops[0]), settings: APISettings(),
      contexts: contexts)
    application = try Application(
      endpoints: API.endpoints,
      middleware: [
        ErrorMiddleware(log: Logger(label: "rules")),
        AuthenticationMiddleware(settings: APISettings(), sessions: sessions, assertions: nil, store: store),
      ],
      services: services)
    users[.owner] = owner
    try await makePeople()
    try await makePasskey()
    try await makePlace()
    try await makeBots()
    try await makeContent(blobs)
    try await makeIntegrations()
    try await restrict()
  }

  func end() async throws {
    await group.shutdown()
    try FileManager.default.removeItem(atPath: directory)
  }

  /// What an operation answers a caller; the database is the same afterwards.
  func outcome(of rule: AuthorizationRule, _ endpoint: Endpoint, for caller: AuthorizationCaller) async throws -> Int {
    try await store.begin()
    let status = try await respond(
      endpoint.method.http, fill(rule.path ?? endpoint.pattern, for: caller) + fill(rule.query, for: caller),
      json: fill(rule.body, for: caller), by: caller, headers: rule.headers
    ).status
    try await store.rollBack()
    return status
  }

  private func fill(_ text: String, for caller: AuthorizationCaller) -> String {
    var own = names
    own["self"] = users[caller] ?? "nobody"
    own["own_message"] = ownMessages[caller] ?? names["message_id"]
    return own.reduce(text) { $0.replacing("{\($1.key)}", with: $1.value) }
  }

  private func respond(
    _ method: HTTPMethod, _ target: String, json: String, by caller: AuthorizationCaller,
    headers: [(String, String)] = []
  ) async throws -> APIResponse {
    var fields: HTTPHeaders = ["Host": "chat.example.com", "Content-Type": "application/json"]
    for (name, value) in headers { fields.append(name, value) }
    if let token = tokens[caller] { fields.append("Authorization", "Bearer \(token)") }
    var head = try HTTPRequestHead(method: method, target: target, headers: fields)
    head.requestsUpgrade = fields["upgrade"] != nil
    // Of an address of its own, so that no limit per address shows.
    requestCount += 1
    let address = "10.\(requestCount >> 16 & 255).\(requestCount >> 8 & 255).\(requestCount & 255):1"
    return try await application.respond(
      to: Exchange(
        head: head, match: application.router.match(head), body: Array(json.utf8), stream: nil,
        peer: try .parse(address), context: nil))
  }

  /// A request that prepares something.
  private func make(
    _ method: HTTPMethod, _ target: String, _ json: String, by caller: AuthorizationCaller = .owner
  ) async throws -> JSONValue {
    let response = try await respond(method, fill(target, for: caller), json: fill(json, for: caller), by: caller)
    guard response.status < 300, case .bytes(let bytes) = response.content else {
      throw StoreError.invalid("\(method.rawValue) \(target): \(response.status) \(response.content)")
    }
    return try JSONDecoder().decode(JSONValue.self, from: Data(bytes))
  }

  private func session(of user: UserID) async throws -> String {
    try await store.write { tx in
      try Sessions.create(for: user, lasting: 3_600, from: SessionOrigin(method: "magic"), tx).token
    }
  }

  private func makePeople() async throws {
    for person in AuthorizationCaller.people {
      let name = person.rawValue
      let email = name.replacing(" ", with: "-") + "@example.test"
      users[person] = try await store.write { tx in
        try Administration.createUser(name: name, email: email, workspace: nil, tx).id
      }
    }
    for (person, user) in users { tokens[person] = try await session(of: user) }
    names["moderator"] = users[.moderator]
    names["member"] = users[.member]
    let owner = users[.owner] ?? ""
    names["session_id"] = try await store.read { db in
      try db.first("SELECT id FROM sessions WHERE user_id = ?1", [.text(owner)]) { $0.text(0) }
    }
    names["magic_token"] = try await store.write { tx in
      try Administration.createMagicLink(email: "new@example.com", lasting: 3_600, tx)
    }
  }

  /// A passkey of the owner's. Nothing here signs in with it, so its key is none.
  private func makePasskey() async throws {
    let owner = users[.owner] ?? ""
    _ = try await store.write { tx in
      try tx.db.execute(
        """
        INSERT INTO passkeys (id, user_id, credential_id, user_handle, public_key, signature_count, backup_eligible,
          backed_up, transports, name, created_at)
        VALUES ('pky_1', ?1, x'01', x'01', x'01', 0, 0, 0, '', 'Key', ?2)
        """, [.text(owner), .text(tx.now.text)])
    }
    names["passkey_id"] = "pky_1"
  }

  private func makePlace() async throws {
    let (workspace, workspaceRoute, general, route) = try await store.read { db in
      try #require(
        try db.first(
          "SELECT w.id, w.route_id, c.id, c.route_id FROM workspaces w JOIN channels c ON c.workspace_id = w.id"
        ) { ($0.text(0), $0.text(1), $0.text(2), $0.text(3)) })
    }
    names["workspace_id"] = workspace
    names["workspace_route_id"] = workspaceRoute
    names["channel_id"] = general
    names["target_route_id"] = route
    for person in AuthorizationCaller.people where person != .outsider {
      let user = try #require(users[person])
      let role = person == .guest ? "guest" : "member"
      try await store.write { tx in
        _ = try Administration.addMember(workspace: workspace, person: .id(user), role: role, tx)
      }
    }
    names["waiting_room"] = try await store.read { db in
      try db.first("SELECT id FROM channels WHERE name = 'guest'") { $0.text(0) }
    }
    let other = try await make(.post, "/api/workspaces", "{\"name\":\"Other\"}", by: .outsider)
    names["other_workspace"] = other["workspace"]["id"].text
  }

  private func makeBots() async throws {
    for bot in AuthorizationCaller.allCases {
      guard let scopes = bot.scopes else { continue }
      let maker: AuthorizationCaller = bot == .ownedBot ? .member : bot == .foreignBot ? .outsider : .owner
      let place = bot == .foreignBot ? "other_workspace" : "workspace_id"
      let owner = bot == .ownedBot ? ",\"owner_user_id\":\"{self}\"" : ""
      let list = scopes.map { "\"\($0)\"" }.joined(separator: ",")
      let made = try await make(
        .post, "/api/workspaces/{\(place)}/bots",
        "{\"display_name\":\"\(bot.rawValue)\",\"scopes\":[\(list)]\(owner)}", by: maker)
      users[bot] = made["bot"]["id"].text
      tokens[bot] = made["bot_token"]["token"].text
    }
    let service = try await make(.post, "/api/workspaces/{workspace_id}/bots", "{\"display_name\":\"Service\"}")
    names["bot_user_id"] = service["bot"]["id"].text
    names["token_id"] = service["bot_token"]["id"].text
    names["owned_bot"] = users[.ownedBot]
    let owned = try await make(.get, "/api/bots/{owned_bot}/tokens", "")
    names["owned_token"] = owned["bot_tokens"].elements.first?["id"].text
    let code = try await make(.post, "/api/workspaces/{workspace_id}/bots/{bot_user_id}/setup-codes", "{}")
    names["setup_code"] = code["setup_code"]["code"].text
  }

  private func makeContent(_ blobs: FileBlobStore) async throws {
    // Somebody who is none of the callers, and who talks with the owner and with nobody else.
    let author = try await store.write { [workspace = names["workspace_id"] ?? ""] tx in
      try Administration.createUser(name: "author", email: nil, workspace: workspace, tx).id
    }
    names["author"] = author
    tokens[.anonymous] = try await session(of: author)
    defer { tokens[.anonymous] = nil }
    // The nonce is one that any author may use once.
    func post(_ target: String, by caller: AuthorizationCaller) async throws -> String {
      try await make(.post, target, "{\"body\":\"words\",\"nonce\":\"of them\"}", by: caller)["message"]["id"].text
    }
    names["message_id"] = try await post("/api/channels/{channel_id}/messages", by: .anonymous)
    let writers: [AuthorizationCaller] = [
      .owner, .moderator, .member, .timedOut, .blocked, .blockedModerator, .adminBot, .writeBot, .ownedBot,
    ]
    for writer in writers { ownMessages[writer] = try await post("/api/channels/{channel_id}/messages", by: writer) }
    ownMessages[.guest] = try await post("/api/channels/{waiting_room}/messages", by: .guest)
    _ = try await make(.post, "/api/channels/{channel_id}/pins", "{\"message_id\":\"{message_id}\"}")
    _ = try await make(.post, "/api/messages/{message_id}/reactions", "{\"emoji\":\"x\"}")
    names["unpinned"] = ownMessages[.owner]
    let conversation = try await make(
      .post, "/api/dms", "{\"workspace_id\":\"{workspace_id}\",\"member_ids\":[\"{author}\"]}")
    names["conversation_id"] = conversation["conversation"]["id"].text
    names["direct_message"] = try await make(
      .post, "/api/dms/{conversation_id}/messages", "{\"body\":\"words\"}")["message"]["id"].text

    let sink = try await blobs.create()
    try await sink.write(Array("file".utf8))
    let blob = try await sink.finish()
    let workspace = names["workspace_id"] ?? ""
    func upload(by user: UserID, as id: String, blob: String) async throws {
      _ = try await store.write { tx in
        try tx.db.execute(
          """
          INSERT INTO uploads (id, workspace_id, owner_id, blob, nonce, filename, content_type, byte_size, created_at)
          VALUES (?1, ?2, ?3, ?4, ?1, 'a.txt', 'text/plain', 4, ?5)
          """, [.text(id), .text(workspace), .text(user), .text(blob), .text(tx.now.text)])
      }
    }
    try await upload(by: author, as: "upl_shared", blob: blob)
    try await upload(by: author, as: "upl_private", blob: blob + "-")
    _ = try await make(
      .post, "/api/messages/{message_id}/attachments", "{\"upload_id\":\"upl_shared\"}", by: .anonymous)
    for writer in writers {
      guard let user = users[writer] else { continue }
      try await upload(by: user, as: "upl_\(user)", blob: "\(blob)-\(user)")
    }
  }

  private func makeIntegrations() async throws {
    let url = "https://app.example.com/hook"
    let command = try await make(
      .post, "/api/workspaces/{workspace_id}/slash-commands",
      "{\"command\":\"deploy\",\"callback_url\":\"\(url)\",\"bot_user_id\":\"{bot_user_id}\"}")
    names["command_id"] = command["slash_command"]["id"].text
    let subscription = try await make(
      .post, "/api/workspaces/{workspace_id}/event-subscriptions",
      "{\"event_types\":[\"*\"],\"callback_url\":\"\(url)\"}")
    names["subscription_id"] = subscription["event_subscription"]["id"].text
    let installation = try await make(
      .post, "/api/workspaces/{workspace_id}/app-installations",
      "{\"app_slug\":\"app\",\"bot_user_id\":\"{bot_user_id}\"}")
    names["installation_id"] = installation["app_installation"]["id"].text
    let account = try await make(
      .post, "/api/workspaces/{workspace_id}/connected-accounts",
      "{\"user_id\":\"{author}\",\"provider\":\"forge\",\"provider_account_id\":\"1\"}")
    let closed = try await make(
      .post, "/api/workspaces/{workspace_id}/channels", "{\"name\":\"closed\",\"private\":true}")
    names["private_channel"] = closed["channel"]["id"].text
    names["private_message"] = try await make(
      .post, "/api/channels/{private_channel}/messages", "{\"body\":\"words\"}")["message"]["id"].text
    _ = try await make(.post, "/api/channels/{private_channel}/members", "{\"user_id\":\"{author}\"}")
    let invite = try await make(.post, "/api/workspaces/{workspace_id}/invites", "{}")
    names["invite_id"] = invite["invite"]["id"].text
    names["invite_token"] = invite["token"].text
    let workspace = names["workspace_id"] ?? ""
    names["account_invite_token"] = try await store.write { tx in
      try AccountInvites.create(.init(workspace: workspace, seconds: 3_600), tx).token
    }
    names["account_id"] = account["connected_account"]["id"].text
    names["job_id"] = try await store.write { tx in try Jobs.enqueue(JobDraft(JobKind("test")), tx) }
  }

  /// At last what takes rights away: those who lose them have made their messages.
  private func restrict() async throws {
    let changes: [(AuthorizationCaller, String)] = [
      (.moderator, "{\"role\":\"moderator\"}"), (.timedOut, "{\"timeout_minutes\":60}"),
      (.blocked, "{\"blocked\":true}"), (.blockedModerator, "{\"role\":\"moderator\",\"blocked\":true}"),
    ]
    for (person, json) in changes {
      names["user_id"] = users[person]
      _ = try await make(.patch, "/api/workspaces/{workspace_id}/moderation/members/{user_id}", json)
    }
    names["user_id"] = names["author"]
  }
}

extension JSONValue {
  fileprivate subscript(name: String) -> JSONValue {
    guard case .object(let fields) = self else { return .null }
    return fields[name] ?? .null
  }

  fileprivate var text: String {
    guard case .string(let text) = self else { return "" }
    return text
  }

  fileprivate var elements: [JSONValue] {
    guard case .array(let elements) = self else { return [] }
    return elements
  }
}
