/// The deliveries of events to apps that still have to be made. They are kept on disk until they succeed or are given
/// up, so a restart loses none; an app may get one twice.
public enum EventDeliveries {
  /// Deliveries that may wait for one subscription; the log itself holds what comes after.
  public static let waitingPerSubscriptionMax: Int64 = 2_000
  /// Events that are looked at in one go for one subscription.
  public static let scannedMax = 500

  /// One delivery that is due.
  public struct Delivery: Sendable {
    /// The subscription, with the URL and the secret as they are now.
    public let subscription: EventSubscription
    /// The event's place in the log.
    public let cursor: Cursor
    /// The event.
    public let eventID: String
    /// Its type.
    public let eventType: String
    /// What is sent.
    public let request: String
    /// How often it was tried before.
    public let attempts: Int64
  }

  /// What looking for new events found.
  public struct Scan: Sendable {
    /// Workspaces with active subscriptions.
    public var watched: Set<WorkspaceID> = []
    /// Whether there is more to look at than one transaction should.
    public var isBehind = false
  }

  /// Finds the events that subscriptions have not been told of, and notes a delivery for each that they asked for.
  ///
  /// Each subscription remembers how far in the log it has come, in the same transaction: an event is noted once.
  /// Events of one person, of a direct conversation or for moderators only are never delivered.
  /// - Parameter workspaces: Those that may have new events; nil for all.
  /// - Throws: `SQLError`.
  public static func enqueue(in workspaces: Set<WorkspaceID>? = nil, _ tx: Transaction) throws -> Scan {
    var scan = Scan()
    let subscriptions = try tx.db.all(
      """
      SELECT s.id, s.workspace_id, s.event_types, s.scanned_cursor FROM event_subscriptions s
      JOIN workspaces w ON w.id = s.workspace_id AND w.deleted_at IS NULL WHERE s.revoked_at IS NULL ORDER BY s.id
      """
    ) { (id: $0.text(0), workspaceID: $0.text(1), types: $0.text(2).split(separator: " "), cursor: $0.text(3)) }
    for subscription in subscriptions {
      scan.watched.insert(subscription.workspaceID)
      if let workspaces, !workspaces.contains(subscription.workspaceID) { continue }
      let events = try Events.after(
        subscription.cursor, of: subscription.workspaceID, limit: scannedMax, tx.db)
      guard let last = events.last else { continue }
      let waiting = try tx.db.first(
        "SELECT count(*) FROM event_deliveries WHERE subscription_id = ?1", [.text(subscription.id)]
      ) { $0.int(0) }
      if events.count == scannedMax { scan.isBehind = true }
      guard (waiting ?? 0) + Int64(events.count) <= waitingPerSubscriptionMax else {
        scan.isBehind = true
        continue
      }
      for event in events where event.audience.isPublic {
        guard subscription.types.contains(where: { $0 == EventSubscriptions.everyType || $0 == event.type }) else {
          continue
        }
        try insert(event, for: subscription.id, tx)
      }
      try tx.db.execute(
        "UPDATE event_subscriptions SET scanned_cursor = ?2 WHERE id = ?1",
        [.text(subscription.id), .text(last.cursor)])
    }
    return scan
  }

  /// No attempt waits for longer, in seconds: one that seems to was noted by a clock that was ahead, and is due.
  public static let waitSecondsMax: Int64 = 86_400

  private static func latest(at now: Timestamp) -> SQLValue { .text(now.adding(seconds: waitSecondsMax).text) }

  /// Subscriptions with a delivery that is due.
  /// - Throws: `SQLError`.
  public static func due(at now: Timestamp, limit: Int, _ db: any SQLConnection) throws -> [String] {
    try db.all(
      "SELECT DISTINCT subscription_id FROM event_deliveries WHERE due_at <= ?1 OR due_at > ?3 LIMIT ?2",
      [.text(now.text), .integer(Int64(limit)), latest(at: now)]
    ) { $0.text(0) }
  }

  /// Whether anything waits at all.
  /// - Throws: `SQLError`.
  public static func areWaiting(_ db: any SQLConnection) throws -> Bool {
    try db.exists("SELECT 1 FROM event_deliveries LIMIT 1")
  }

  /// The first delivery in the order of the log that is due for a subscription; nil when there is none.
  /// - Throws: `SQLError`.
  public static func next(for subscriptionID: String, at now: Timestamp, _ db: any SQLConnection) throws -> Delivery? {
    let subscription = try db.first(
      "SELECT \(EventSubscription.columns) FROM event_subscriptions WHERE id = ?1 AND revoked_at IS NULL",
      [.text(subscriptionID)]
    ) { EventSubscription(row: $0) }
    guard let subscription else { return nil }
    return try db.first(
      """
      SELECT event_cursor, event_id, event_type, request, attempts FROM event_deliveries
      WHERE subscription_id = ?1 AND (due_at <= ?2 OR due_at > ?3) ORDER BY event_cursor LIMIT 1
      """, [.text(subscriptionID), .text(now.text), latest(at: now)]
    ) { row in
      Delivery(
        subscription: subscription, cursor: row.text(0), eventID: row.text(1), eventType: row.text(2),
        request: row.text(3), attempts: row.int(4))
    }
  }

  /// Notes how an attempt ended; when it failed, when to try again.
  /// - Parameter retryAt: When the next attempt is due; nil when it succeeded or is given up.
  /// - Throws: `SQLError`.
  public static func record(
    _ delivery: Delivery, startedAt: Timestamp, status: Int, body: [UInt8], error: String, retryAt: Timestamp?,
    _ tx: Transaction
  ) throws {
    let key: [SQLValue] = [.text(delivery.subscription.id), .text(delivery.cursor)]
    if let retryAt {
      try tx.db.execute(
        """
        UPDATE event_deliveries SET attempts = attempts + 1, due_at = ?3
        WHERE subscription_id = ?1 AND event_cursor = ?2
        """, key + [.text(retryAt.text)])
    } else {
      try tx.db.execute("DELETE FROM event_deliveries WHERE subscription_id = ?1 AND event_cursor = ?2", key)
    }
    try DeliveryAttempts.insert(
      delivery, startedAt: startedAt, status: status, body: body, error: error, tx)
  }

  private static func insert(_ event: Event, for subscriptionID: String, _ tx: Transaction) throws {
    var json = JSONWriter(capacity: 512)
    json.object { json in
      json.field("subscription_id", subscriptionID)
      json.field("event", event)
    }
    try tx.db.execute(
      """
      INSERT INTO event_deliveries (subscription_id, event_cursor, event_id, event_type, request, due_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6)
      """,
      [
        .text(subscriptionID), .text(event.cursor), .text(event.id), .text(event.type),
        .text(String(decoding: json.bytes, as: UTF8.self)), .text(tx.now.text),
      ])
  }
}
