/// An app's wish to be told of events.
public struct EventSubscription: Sendable, JSONWritable {
  /// `sub_` and a ULID.
  public let id: String
  /// Whose events.
  public let workspaceID: WorkspaceID
  /// The installation that it goes with.
  public let appInstallationID: String?
  /// Which events; `*` for all.
  public let eventTypes: [String]
  /// Where the app is called.
  public let callbackURL: String
  /// What the calls are signed with. In JSON only when the subscription was just made or got a new secret.
  public let signingSecret: String
  /// Who made it.
  public let createdBy: UserID
  /// When it was made.
  public let createdAt: String
  /// When it was revoked.
  public let revokedAt: String?

  static let columns = """
    id, workspace_id, app_installation_id, event_types, callback_url, signing_secret, created_by, created_at, revoked_at
    """

  init(row: borrowing SQLRow) {
    id = row.text(0)
    workspaceID = row.text(1)
    appInstallationID = row.optionalText(2)
    eventTypes = row.text(3).split(separator: " ").map(String.init)
    callbackURL = row.text(4)
    signingSecret = row.text(5)
    createdBy = row.text(6)
    createdAt = row.text(7)
    revokedAt = row.optionalText(8)
  }

  /// Writes the contract's EventSubscription object without the secret.
  public func write(to json: inout JSONWriter) { write(to: &json, showsSecret: false) }

  /// The subscription with its secret, for the one answer that shows it.
  public var withSecret: WithSecret { WithSecret(subscription: self) }

  /// A subscription that writes itself with its secret.
  public struct WithSecret: Sendable, JSONWritable {
    let subscription: EventSubscription

    /// Writes the contract's EventSubscription object with `signing_secret`.
    public func write(to json: inout JSONWriter) { subscription.write(to: &json, showsSecret: true) }
  }

  private func write(to json: inout JSONWriter, showsSecret: Bool) {
    json.object { json in
      json.field("id", id)
      json.field("workspace_id", workspaceID)
      json.field("app_installation_id", ifPresent: appInstallationID)
      json.field("event_types", eventTypes)
      json.field("callback_url", callbackURL)
      if showsSecret { json.field("signing_secret", signingSecret) }
      json.field("created_by", createdBy)
      json.field("created_at", createdAt)
      json.field("revoked_at", ifPresent: revokedAt)
    }
  }
}

/// Makes, lists and revokes event subscriptions.
public enum EventSubscriptions {
  /// Subscriptions at most that are active in one workspace.
  public static let activePerWorkspaceMax = 50
  /// Stands for every type of event.
  public static let everyType = "*"

  /// What to subscribe to.
  public struct Draft: Sendable, Decodable {
    var eventTypes: [String]?
    var callbackURL: String?
    var appInstallationID: String?

    /// Asks for a subscription.
    public init(eventTypes: [String], callbackURL: String, appInstallationID: String? = nil) {
      self.eventTypes = eventTypes
      self.callbackURL = callbackURL
      self.appInstallationID = appInstallationID
    }

    private enum CodingKeys: String, CodingKey {
      case eventTypes = "event_types"
      case callbackURL = "callback_url"
      case appInstallationID = "app_installation_id"
    }
  }

  /// Subscribes to what happens from now on.
  /// - Throws: `StoreError.notFound`, `.forbidden`, `.invalid`, `.conflict`; `SQLError`.
  public static func create(
    _ caller: Caller, in workspaceID: WorkspaceID, _ draft: Draft, _ tx: Transaction
  ) throws -> EventSubscription {
    try Integrations.requireManager(caller, of: workspaceID, tx)
    let types = try types(draft.eventTypes ?? [])
    let url = try CallbackURL.validated(draft.callbackURL)
    let installation = try Integrations.installation(draft.appInstallationID, in: workspaceID, tx.db)
    let count = try tx.db.first(
      "SELECT count(*) FROM event_subscriptions WHERE workspace_id = ?1 AND revoked_at IS NULL", [.text(workspaceID)]
    ) { $0.int(0) }
    guard (count ?? 0) < activePerWorkspaceMax else {
      throw StoreError.conflict("a workspace has at most \(activePerWorkspaceMax) subscriptions; revoke one first")
    }
    let id = tx.ids.make(.subscription)
    try tx.db.execute(
      """
      INSERT INTO event_subscriptions (id, workspace_id, app_installation_id, event_types, callback_url,
        signing_secret, created_by, created_at, scanned_cursor)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
      """,
      [
        .text(id), .text(workspaceID), .optional(installation), .text(types.joined(separator: " ")), .text(url),
        .text(try Token(.signingSecret).text), .text(caller.userID), .text(tx.now.text),
        .text(try Events.lastCursor(tx.db)),
      ])
    return try require(id, tx.db)
  }

  /// The active subscriptions of a workspace, the oldest first, for any person who is not a guest.
  /// - Throws: `StoreError.notFound`, `.forbidden`; `SQLError`.
  public static func list(
    _ caller: Caller, in workspaceID: WorkspaceID, _ db: any SQLConnection
  ) throws -> [EventSubscription] {
    try Integrations.requireReader(caller, of: workspaceID, db)
    return try db.all(
      """
      SELECT \(EventSubscription.columns) FROM event_subscriptions
      WHERE workspace_id = ?1 AND revoked_at IS NULL ORDER BY id
      """, [.text(workspaceID)]
    ) { EventSubscription(row: $0) }
  }

  /// Revokes a subscription; what waits for it is dropped. Doing it again changes nothing.
  /// - Throws: `StoreError.notFound`, `.forbidden`; `SQLError`.
  public static func revoke(_ caller: Caller, _ id: String, _ tx: Transaction) throws -> EventSubscription {
    _ = try managed(caller, id, tx)
    try end(id, tx)
    return try require(id, tx.db)
  }

  /// Gives a subscription a new secret; calls are signed with it from now on, those that wait included.
  /// - Throws: `StoreError.invalid` for a revoked subscription, `.notFound`, `.forbidden`; `SQLError`.
  public static func rotateSecret(_ caller: Caller, _ id: String, _ tx: Transaction) throws -> EventSubscription {
    guard try managed(caller, id, tx).revokedAt == nil else {
      throw StoreError.invalid("the event subscription is revoked")
    }
    try tx.db.execute(
      "UPDATE event_subscriptions SET signing_secret = ?2 WHERE id = ?1",
      [.text(id), .text(try Token(.signingSecret).text)])
    return try require(id, tx.db)
  }

  /// Revokes the active subscriptions of an installation.
  /// - Returns: How many there were.
  /// - Throws: `SQLError`.
  @discardableResult
  static func revokeAll(of installation: String, _ tx: Transaction) throws -> Int {
    let ids = try tx.db.all(
      "SELECT id FROM event_subscriptions WHERE app_installation_id = ?1 AND revoked_at IS NULL", [.text(installation)]
    ) { $0.text(0) }
    for id in ids { try end(id, tx) }
    return ids.count
  }

  /// A subscription that the caller may look at.
  /// - Throws: `StoreError.notFound`, `.forbidden`; `SQLError`.
  static func readable(_ caller: Caller, _ id: String, _ db: any SQLConnection) throws -> EventSubscription {
    let subscription = try require(id, db)
    try Integrations.requireReader(caller, of: subscription.workspaceID, what: "event subscription", db)
    return subscription
  }

  private static func end(_ id: String, _ tx: Transaction) throws {
    try tx.db.execute(
      "UPDATE event_subscriptions SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL",
      [.text(id), .text(tx.now.text)])
    try tx.db.execute("DELETE FROM event_deliveries WHERE subscription_id = ?1", [.text(id)])
  }

  private static func managed(_ caller: Caller, _ id: String, _ tx: Transaction) throws -> EventSubscription {
    let subscription = try require(id, tx.db)
    try Integrations.requireManager(caller, of: subscription.workspaceID, what: "event subscription", tx)
    return subscription
  }

  private static func require(_ id: String, _ db: any SQLConnection) throws -> EventSubscription {
    let found = try db.first(
      "SELECT \(EventSubscription.columns) FROM event_subscriptions WHERE id = ?1", [.text(id)]
    ) { EventSubscription(row: $0) }
    guard let found else { throw StoreError.notFound("event subscription") }
    return found
  }

  private static func types(_ requested: [String]) throws(StoreError) -> [String] {
    var types: [String] = []
    for text in requested {
      let type = PlainText.trimmed(text)
      guard !type.isEmpty, !types.contains(type) else { continue }
      guard type == everyType || EventType(rawValue: type) != nil else {
        throw .invalid("unknown event type \(PlainText.prefix(type, bytesMax: 64))")
      }
      types.append(type)
    }
    guard !types.isEmpty else { throw .invalid("event_types is empty") }
    return types
  }
}
