/// Makes, lists and deletes bots.
///
/// A service bot belongs to its workspace: the owner and moderators make and manage it. A user-owned bot belongs to a
/// person, and nobody else may touch it, not even the workspace's owner. Bots manage nothing.
public enum Bots {
  /// Bots at most that one person owns in one workspace.
  public static let ownedPerMemberMax = 100

  /// What a new bot should be.
  public struct Draft: Sendable, Decodable {
    /// The name shown.
    public var displayName: String
    /// The person who shall own it: the caller, or nil for a service bot.
    public var ownerUserID: UserID?
    /// Its handle, if it shall have one.
    public var handle: String?
    /// Its picture, if it has one.
    public var avatarURL: String?
    /// What its first token is for.
    public var tokenName: String?
    /// What its first token allows.
    public var scopes: [String]?
    /// Makes the request repeatable.
    public var setupNonce: String?
    /// Whether it gets a first token; nil means yes.
    public var initialToken: Bool?

    /// Asks for a bot.
    public init(displayName: String, ownerUserID: UserID? = nil) {
      self.displayName = displayName
      self.ownerUserID = ownerUserID
    }

    private enum CodingKeys: String, CodingKey {
      case displayName = "display_name"
      case ownerUserID = "owner_user_id"
      case handle
      case avatarURL = "avatar_url"
      case tokenName = "token_name"
      case scopes
      case setupNonce = "setup_nonce"
      case initialToken = "initial_token"
    }

    var token: BotTokens.Draft { BotTokens.Draft(name: tokenName, scopes: scopes, setupNonce: setupNonce) }
  }

  /// What is left of a deleted bot.
  public struct Tombstone: Sendable, JSONWritable {
    /// The bot.
    public let bot: User
    /// The workspaces that it left, for live notices.
    public let workspaces: [WorkspaceID]

    /// Writes the contract's DeletedBot object.
    public func write(to json: inout JSONWriter) {
      json.object { json in
        json.field("id", bot.id)
        json.field("display_name", bot.displayName)
        json.field("former_handle", bot.formerHandle ?? "")
        json.field("deleted_at", bot.deletedAt ?? "")
      }
    }
  }

  /// A bot with its tokens, for its workspace's list.
  public struct WithTokens: Sendable, JSONWritable {
    /// The bot.
    public let bot: User
    /// Its tokens in the workspace, the newest first.
    public let tokens: [BotToken]

    /// Writes the contract's BotWithTokens object.
    public func write(to json: inout JSONWriter) {
      json.object { json in
        json.field("bot", bot)
        json.field("tokens", tokens)
      }
    }
  }

  /// Makes a bot and, unless asked not to, its first token. With a nonce that already made one, the bot stays and its
  /// first token gets a new secret.
  /// - Throws: `StoreError.notFound`, `.forbidden`, `.invalid`, `.conflict`; `SQLError`.
  public static func create(
    _ caller: Caller, in workspaceID: WorkspaceID, _ draft: Draft, _ tx: Transaction
  ) throws -> (bot: User, token: IssuedBotToken?) {
    try requirePerson(caller)
    let membership = try Access.member(caller, of: workspaceID, tx.db)
    let owner = PlainText.trimmed(draft.ownerUserID ?? "")
    if owner.isEmpty {
      try membership.requireModerator(at: tx.now)
    } else {
      try membership.requireNotGuest()
      try membership.requireWriting(at: tx.now)
      guard owner == caller.userID else { throw StoreError.forbidden("a bot can only be owned by whoever makes it") }
    }
    let name = try DisplayName.validated(draft.displayName)
    let handle = try Handle.validated(draft.handle ?? "")
    let avatar = try AvatarURL.validated(draft.avatarURL ?? "")
    let wanted = try draft.token.validated()
    let wantsToken = draft.initialToken ?? true
    if let nonce = wanted.nonce {
      guard wantsToken else { throw StoreError.invalid("setup_nonce needs an initial token") }
      if let token = try BotTokens.madeBy(nonce: nonce, of: caller.userID, in: workspaceID, tx.db) {
        guard let bot = try find(token.botUserID, in: workspaceID, tx.db), bot.displayName == name,
          (bot.ownerUserID ?? "") == owner
        else { throw StoreError.conflict("the setup_nonce was used for another bot") }
        return (bot, try BotTokens.rotate(token, matching: wanted, tx))
      }
    }
    if !owner.isEmpty { try requireRoom(for: owner, in: workspaceID, tx.db) }
    let id = tx.ids.make(.user)
    try Handle.requireFree(handle, for: id, tx.db)
    try tx.db.execute(
      """
      INSERT INTO users (id, kind, owner_user_id, display_name, handle, avatar_url, created_at)
      VALUES (?1, 'bot', ?2, ?3, ?4, ?5, ?6)
      """,
      [
        .text(id), .optional(owner.isEmpty ? nil : owner), .text(name), .text(handle), .text(avatar),
        .text(tx.now.text),
      ])
    try tx.db.execute(
      "INSERT INTO workspace_members (workspace_id, user_id, role, joined_at) VALUES (?1, ?2, 'bot', ?3)",
      [.text(workspaceID), .text(id), .text(tx.now.text)])
    tx.invalidate(.membership(workspaceID, id))
    let bot = try Users.require(id, tx.db)
    return (bot, wantsToken ? try BotTokens.issue(to: bot, in: workspaceID, by: caller.userID, wanted, tx) : nil)
  }

  /// The bots of a workspace with their tokens, the oldest bot first.
  /// - Throws: `StoreError.notFound`, `.forbidden`; `SQLError`.
  public static func list(
    _ caller: Caller, in workspaceID: WorkspaceID, _ db: any SQLConnection
  ) throws -> [WithTokens] {
    try requirePerson(caller)
    try Access.member(caller, of: workspaceID, db).requireNotGuest()
    var tokens: [UserID: [BotToken]] = [:]
    try db.query(
      "SELECT \(BotToken.columns) FROM bot_tokens t WHERE t.workspace_id = ?1 ORDER BY t.id DESC", [.text(workspaceID)]
    ) { row in
      let token = BotToken(row: row, from: 0)
      guard tokens[token.botUserID, default: []].count < BotTokens.listedMax else { return }
      tokens[token.botUserID, default: []].append(token)
    }
    return try db.all(
      """
      SELECT \(User.columns("u")) FROM workspace_members m JOIN users u ON u.id = m.user_id
      WHERE m.workspace_id = ?1 AND u.kind = 'bot' AND u.deleted_at IS NULL ORDER BY u.id
      """, [.text(workspaceID)]
    ) { row in
      let bot = User(row: row, from: 0)
      return WithTokens(bot: bot, tokens: tokens[bot.id] ?? [])
    }
  }

  /// Deletes a bot everywhere. Its messages stay, its handle is free again, its tokens end at once.
  /// - Throws: `StoreError.notFound`, `.forbidden`; `SQLError`.
  public static func delete(_ caller: Caller, _ id: UserID, _ tx: Transaction) throws -> Tombstone {
    try requirePerson(caller)
    let found = try tx.db.first(
      "SELECT \(User.columns("u")) FROM users u WHERE u.id = ?1 AND u.kind = 'bot' AND u.deleted_at IS NULL",
      [.text(id)]
    ) { User(row: $0, from: 0) }
    guard var bot = found else { throw StoreError.notFound("bot") }
    let workspaces = try self.workspaces(of: id, tx.db)
    if bot.ownerUserID != caller.userID {
      // Who shares no workspace with the bot is told that it does not exist.
      _ = try sharedWorkspaces(caller, bot: id, tx.db)
      for workspace in workspaces { _ = try managed(caller, id, in: workspace, tx) }
    }
    bot.formerHandle = bot.handle
    bot.handle = ""
    bot.deletedAt = tx.now.text
    try tx.db.execute(
      "UPDATE users SET former_handle = handle, handle = '', deleted_at = ?2 WHERE id = ?1",
      [.text(id), .text(tx.now.text)])
    try BotTokens.revokeAll(of: id, tx)
    try Integrations.unbind(bot: id, in: nil, tx)
    for workspace in workspaces { try ChannelMembers.removeFromAll(id, of: workspace, tx) }
    try tx.db.execute("DELETE FROM workspace_members WHERE user_id = ?1", [.text(id)])
    tx.invalidate(.user(id))
    for workspace in workspaces { tx.invalidate(.membership(workspace, id)) }
    return Tombstone(bot: bot, workspaces: workspaces)
  }

  /// Takes a bot out of one workspace: by the workspace's owner and moderators, or by the bot's owner.
  /// - Throws: `StoreError.notFound`, `.forbidden`; `SQLError`.
  public static func removeMembership(
    _ caller: Caller, bot id: UserID, in workspaceID: WorkspaceID, _ tx: Transaction
  ) throws {
    try requirePerson(caller)
    let membership = try Access.member(caller, of: workspaceID, tx.db)
    guard let bot = try find(id, in: workspaceID, tx.db) else { throw StoreError.notFound("bot") }
    if bot.ownerUserID != caller.userID { try membership.requireModerator(at: tx.now) }
    try BotTokens.revokeAll(of: id, in: workspaceID, tx)
    try Integrations.unbind(bot: id, in: workspaceID, tx)
    try ChannelMembers.removeFromAll(id, of: workspaceID, tx)
    try tx.db.execute(
      "DELETE FROM workspace_members WHERE workspace_id = ?1 AND user_id = ?2", [.text(workspaceID), .text(id)])
    tx.invalidate(.membership(workspaceID, id))
  }

  /// A bot that belongs to a workspace, or nil.
  static func find(_ id: UserID, in workspaceID: WorkspaceID, _ db: any SQLConnection) throws -> User? {
    try db.first(
      """
      SELECT \(User.columns("u")) FROM users u JOIN workspace_members m ON m.user_id = u.id
      WHERE m.workspace_id = ?1 AND u.id = ?2 AND u.kind = 'bot' AND u.deleted_at IS NULL
      """, [.text(workspaceID), .text(id)]
    ) { User(row: $0, from: 0) }
  }

  /// A bot of a workspace that the caller may manage.
  /// - Parameter granting: Whether the caller wants to give it a credential. Who may not write may take a bot's
  ///   credentials away, but must not write through a new one.
  /// - Throws: `StoreError.notFound`, `.forbidden`; `SQLError`.
  static func managed(
    _ caller: Caller, _ id: UserID, in workspaceID: WorkspaceID, granting: Bool = false, _ tx: Transaction
  ) throws -> User {
    try requirePerson(caller)
    let membership = try Access.member(caller, of: workspaceID, tx.db)
    guard let bot = try find(id, in: workspaceID, tx.db) else { throw StoreError.notFound("bot") }
    if let owner = bot.ownerUserID {
      guard owner == caller.userID else { throw StoreError.forbidden("only its owner manages this bot") }
      if granting { try membership.requireWriting(at: tx.now) }
    } else {
      try membership.requireModerator(at: tx.now)
    }
    return bot
  }

  /// The workspaces of a bot to which the caller belongs, too, the first joined first; never empty.
  /// - Throws: `StoreError.notFound`, `.forbidden`; `SQLError`.
  static func sharedWorkspaces(
    _ caller: Caller, bot id: UserID, _ db: any SQLConnection
  ) throws -> [WorkspaceID] {
    var shared: [WorkspaceID] = []
    var refusal: StoreError?
    for workspace in try workspaces(of: id, db) {
      do {
        try Access.member(caller, of: workspace, db).requireNotGuest()
        shared.append(workspace)
      } catch let error as StoreError {
        if error.kind == .forbidden { refusal = error }
      }
    }
    guard shared.isEmpty else { return shared }
    throw refusal ?? StoreError.notFound("bot")
  }

  static func requirePerson(_ caller: Caller) throws(StoreError) {
    guard !caller.isBot else { throw .forbidden("bots manage no bots") }
  }

  private static func workspaces(of id: UserID, _ db: any SQLConnection) throws -> [WorkspaceID] {
    try db.all(
      """
      SELECT m.workspace_id FROM workspace_members m JOIN users u ON u.id = m.user_id
      JOIN workspaces w ON w.id = m.workspace_id
      WHERE m.user_id = ?1 AND u.kind = 'bot' AND u.deleted_at IS NULL AND w.deleted_at IS NULL
      ORDER BY m.joined_at, m.workspace_id
      """, [.text(id)]
    ) { $0.text(0) }
  }

  private static func requireRoom(for owner: UserID, in workspaceID: WorkspaceID, _ db: any SQLConnection) throws {
    let owned = try db.first(
      """
      SELECT count(*) FROM users u JOIN workspace_members m ON m.user_id = u.id
      WHERE u.owner_user_id = ?1 AND m.workspace_id = ?2 AND u.deleted_at IS NULL
      """, [.text(owner), .text(workspaceID)]
    ) { $0.int(0) }
    guard (owned ?? 0) < ownedPerMemberMax else {
      throw StoreError.conflict("one person owns at most \(ownedPerMemberMax) bots in a workspace")
    }
  }
}
