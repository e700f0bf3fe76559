/// An account elsewhere that belongs to a member.
public struct ConnectedAccount: Sendable, JSONWritable {
  /// `acct_` and a ULID.
  public let id: String
  /// Where it counts.
  public let workspaceID: WorkspaceID
  /// The member.
  public let userID: UserID
  /// The other service, such as `github`.
  public let provider: String
  /// What the other service calls the account.
  public let providerAccountID: String
  /// The name shown; may be empty.
  public let displayName: String
  /// What it allows there.
  public let scopes: [String]
  /// A JSON object of the app's own.
  public let metadata: String
  /// When it was connected.
  public let createdAt: String
  /// When it was disconnected.
  public let revokedAt: String?

  static let columns = """
    id, workspace_id, user_id, provider, provider_account_id, display_name, scopes, metadata, created_at, revoked_at
    """

  init(row: borrowing SQLRow) {
    id = row.text(0)
    workspaceID = row.text(1)
    userID = row.text(2)
    provider = row.text(3)
    providerAccountID = row.text(4)
    displayName = row.text(5)
    scopes = row.text(6).split(separator: "\n").map(String.init)
    metadata = row.text(7)
    createdAt = row.text(8)
    revokedAt = row.optionalText(9)
  }

  /// Writes the contract's ConnectedAccount object.
  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("id", id)
      json.field("workspace_id", workspaceID)
      json.field("user_id", userID)
      json.field("provider", provider)
      json.field("provider_account_id", providerAccountID)
      json.field("display_name", displayName)
      json.field("scopes", scopes)
      json.key("metadata")
      json.raw(metadata)
      json.field("created_at", createdAt)
      json.field("revoked_at", ifPresent: revokedAt)
    }
  }
}

/// Connects, lists and disconnects accounts.
public enum ConnectedAccounts {
  /// Accounts at most that one member has in one workspace.
  public static let activePerMemberMax = 100
  /// Scopes of an account at most.
  public static let scopesMax = 100
  /// Bytes of a scope, of a provider's name and of its name for the account at most.
  public static let textBytesMax = 256
  /// Bytes of the JSON of the metadata at most.
  public static let metadataBytesMax = 64 << 10

  /// What to connect.
  public struct Draft: Sendable, Decodable {
    var userID: String?
    var provider: String?
    var providerAccountID: String?
    var displayName: String?
    var scopes: [String]?
    var metadata: [String: JSONValue]?

    /// Names an account.
    public init(userID: UserID, provider: String, providerAccountID: String) {
      self.userID = userID
      self.provider = provider
      self.providerAccountID = providerAccountID
    }

    private enum CodingKeys: String, CodingKey {
      case userID = "user_id"
      case provider
      case providerAccountID = "provider_account_id"
      case displayName = "display_name"
      case scopes, metadata
    }
  }

  /// Connects an account to a member.
  /// - Throws: `StoreError.notFound`, `.forbidden`, `.invalid`, `.conflict` for one that is connected; `SQLError`.
  public static func create(
    _ caller: Caller, in workspaceID: WorkspaceID, _ draft: Draft, _ tx: Transaction
  ) throws -> ConnectedAccount {
    try Integrations.requireManager(caller, of: workspaceID, tx)
    let provider = Names.slug(draft.provider ?? "")
    let account = PlainText.trimmed(draft.providerAccountID ?? "")
    for (name, text) in [("provider", provider), ("provider_account_id", account)] {
      guard !text.isEmpty else { throw StoreError.invalid("\(name) is missing") }
      guard text.utf8.count <= textBytesMax else {
        throw StoreError.invalid("\(name) must have at most \(textBytesMax) bytes")
      }
    }
    let displayName = try MessageText.optional(draft.displayName).map { name throws(StoreError) in
      try DisplayName.validated(name)
    }
    let scopes = try scopes(draft.scopes ?? [])
    let metadata = JSONValue.object(draft.metadata ?? [:]).json
    guard metadata.count <= metadataBytesMax else {
      throw StoreError.invalid("metadata must have at most \(metadataBytesMax) bytes")
    }
    let user = PlainText.trimmed(draft.userID ?? "")
    guard !user.isEmpty else { throw StoreError.invalid("user_id is missing") }
    guard try Memberships.activeRole(of: user, in: workspaceID, tx.db) != nil else {
      throw StoreError.notFound("member")
    }
    try requireRoom(for: user, provider, account, in: workspaceID, tx.db)
    let id = tx.ids.make(.connectedAccount)
    try tx.db.execute(
      """
      INSERT INTO connected_accounts (id, workspace_id, user_id, provider, provider_account_id, display_name, scopes,
        metadata, created_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
      """,
      [
        .text(id), .text(workspaceID), .text(user), .text(provider), .text(account), .text(displayName ?? ""),
        .text(scopes.joined(separator: "\n")), .text(String(decoding: metadata, as: UTF8.self)), .text(tx.now.text),
      ])
    try audit("connected_account.created", id, provider, in: workspaceID, by: caller, tx)
    return try require(id, tx.db)
  }

  /// The connected accounts of a workspace, the oldest first, for any person who is not a guest.
  /// - Throws: `StoreError.notFound`, `.forbidden`; `SQLError`.
  public static func list(
    _ caller: Caller, in workspaceID: WorkspaceID, _ db: any SQLConnection
  ) throws -> [ConnectedAccount] {
    try Integrations.requireReader(caller, of: workspaceID, db)
    return try db.all(
      """
      SELECT \(ConnectedAccount.columns) FROM connected_accounts
      WHERE workspace_id = ?1 AND revoked_at IS NULL ORDER BY id
      """, [.text(workspaceID)]
    ) { ConnectedAccount(row: $0) }
  }

  /// Disconnects an account: by its member, or by the workspace's owner and moderators. Doing it again changes nothing.
  /// - Throws: `StoreError.notFound`, `.forbidden`; `SQLError`.
  public static func revoke(_ caller: Caller, _ id: String, _ tx: Transaction) throws -> ConnectedAccount {
    let account = try require(id, tx.db)
    let membership = try Integrations.membership(
      caller, of: account.workspaceID, what: "connected account", tx.db)
    if account.userID != caller.userID { try membership.requireModerator(at: tx.now) }
    guard account.revokedAt == nil else { return account }
    try tx.db.execute(
      "UPDATE connected_accounts SET revoked_at = ?2 WHERE id = ?1", [.text(id), .text(tx.now.text)])
    try audit("connected_account.revoked", id, account.provider, in: account.workspaceID, by: caller, tx)
    return try require(id, tx.db)
  }

  private static func requireRoom(
    for user: UserID, _ provider: String, _ account: String, in workspaceID: WorkspaceID, _ db: any SQLConnection
  ) throws {
    let isConnected = try db.exists(
      """
      SELECT 1 FROM connected_accounts
      WHERE workspace_id = ?1 AND provider = ?2 AND provider_account_id = ?3 AND revoked_at IS NULL
      """, [.text(workspaceID), .text(provider), .text(account)])
    guard !isConnected else { throw StoreError.conflict("the account is connected already") }
    let count = try db.first(
      "SELECT count(*) FROM connected_accounts WHERE workspace_id = ?1 AND user_id = ?2 AND revoked_at IS NULL",
      [.text(workspaceID), .text(user)]
    ) { $0.int(0) }
    guard (count ?? 0) < activePerMemberMax else {
      throw StoreError.conflict("a member has at most \(activePerMemberMax) accounts; disconnect one first")
    }
  }

  private static func scopes(_ requested: [String]) throws(StoreError) -> [String] {
    var scopes: [String] = []
    for text in requested {
      let scope = PlainText.trimmed(text)
      guard !scope.isEmpty, !scopes.contains(scope) else { continue }
      guard scope.utf8.count <= textBytesMax, !scope.contains("\n") else {
        throw .invalid("a scope is one line of at most \(textBytesMax) bytes")
      }
      scopes.append(scope)
      guard scopes.count <= scopesMax else { throw .invalid("an account has at most \(scopesMax) scopes") }
    }
    return scopes
  }

  private static func audit(
    _ action: String, _ id: String, _ provider: String, in workspaceID: WorkspaceID, by caller: Caller,
    _ tx: Transaction
  ) throws {
    try AuditLog.record(action, in: workspaceID, by: caller.userID, on: ("connected_account", id), tx) {
      $0.field("provider", provider)
    }
  }

  private static func require(_ id: String, _ db: any SQLConnection) throws -> ConnectedAccount {
    let found = try db.first("SELECT \(ConnectedAccount.columns) FROM connected_accounts WHERE id = ?1", [.text(id)]) {
      ConnectedAccount(row: $0)
    }
    guard let found else { throw StoreError.notFound("connected account") }
    return found
  }
}
