/// The log of attempts to deliver events to apps.
public enum DeliveryAttempts {
  /// Attempts listed unless the client asks for another number.
  public static let pageDefault = 50
  /// Attempts listed at most.
  public static let pageMax = 200
  /// Attempts kept for one subscription at most.
  public static let keptPerSubscriptionMax: Int64 = 1_000
  /// Bytes of an app's answer that are kept at most.
  public static let keptBodyBytesMax = 4 << 10

  /// One attempt.
  public struct Attempt: Sendable, JSONWritable {
    /// `eda_` and a ULID.
    public let id: String
    /// The subscription.
    public let subscriptionID: String
    /// The event.
    public let eventID: String
    /// Whose event.
    public let workspaceID: WorkspaceID
    /// Its type.
    public let eventType: String
    /// From 1.
    public let attempt: Int64
    /// What was sent.
    public let request: String
    /// The status of the answer; 0 when there was none.
    public let responseStatus: Int64
    /// The beginning of the answer.
    public let responseBody: String
    /// Why it failed; empty when it succeeded.
    public let error: String
    /// When it began.
    public let createdAt: String
    /// When it ended.
    public let completedAt: String

    /// Writes the contract's EventDeliveryAttempt object.
    public func write(to json: inout JSONWriter) {
      json.object { json in
        json.field("id", id)
        json.field("subscription_id", subscriptionID)
        json.field("event_id", eventID)
        json.field("workspace_id", workspaceID)
        json.field("event_type", eventType)
        json.field("attempt", attempt)
        json.field("request_json", request)
        json.field("response_status", responseStatus)
        if !responseBody.isEmpty { json.field("response_body", responseBody) }
        if !error.isEmpty { json.field("error", error) }
        json.field("created_at", createdAt)
        json.field("completed_at", completedAt)
      }
    }
  }

  /// One page of attempts.
  public struct Page: Sendable {
    /// The newest first.
    public let attempts: [Attempt]
    /// Where the next page begins; nil on the last one.
    public let nextCursor: String?
  }

  /// A subscription's attempts, the newest first, for any person of its workspace who is not a guest.
  /// - Parameter before: The `nextCursor` of the page before.
  /// - Throws: `StoreError.notFound`, `.forbidden`, `.invalid` for a cursor that is not known any more; `SQLError`.
  public static func list(
    _ caller: Caller, of subscriptionID: String, before: String?, limit: Int, _ db: any SQLConnection
  ) throws -> Page {
    let subscription = try EventSubscriptions.readable(caller, subscriptionID, db)
    if let before {
      let isKnown = try db.exists(
        "SELECT 1 FROM event_delivery_attempts WHERE id = ?1 AND subscription_id = ?2",
        [.text(before), .text(subscriptionID)])
      guard isKnown else { throw StoreError.invalid("before names no delivery of this subscription") }
    }
    var attempts = try db.all(
      """
      SELECT id, event_id, event_type, attempt, request, response_status, response_body, error, created_at, completed_at
      FROM event_delivery_attempts WHERE subscription_id = ?1 AND (?2 IS NULL OR id < ?2)
      ORDER BY id DESC LIMIT ?3
      """, [.text(subscriptionID), .optional(before), .integer(Int64(limit) + 1)]
    ) { row in
      Attempt(
        id: row.text(0), subscriptionID: subscriptionID, eventID: row.text(1), workspaceID: subscription.workspaceID,
        eventType: row.text(2), attempt: row.int(3), request: row.text(4), responseStatus: row.int(5),
        responseBody: row.text(6), error: row.text(7), createdAt: row.text(8), completedAt: row.text(9))
    }
    guard attempts.count > limit else { return Page(attempts: attempts, nextCursor: nil) }
    attempts.removeLast()
    return Page(attempts: attempts, nextCursor: attempts.last?.id)
  }

  static func insert(
    _ delivery: EventDeliveries.Delivery, startedAt: Timestamp, status: Int, body: [UInt8], error: String,
    _ tx: Transaction
  ) throws {
    let subscriptionID = delivery.subscription.id
    try tx.db.execute(
      """
      INSERT INTO event_delivery_attempts (id, subscription_id, event_id, event_type, attempt, request,
        response_status, response_body, error, created_at, completed_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
      """,
      [
        .text(tx.ids.make(.deliveryAttempt)), .text(subscriptionID), .text(delivery.eventID),
        .text(delivery.eventType), .integer(delivery.attempts + 1), .text(delivery.request),
        .integer(Int64(status)), .text(KeptText.of(body, bytesMax: keptBodyBytesMax)), .text(error),
        .text(startedAt.text), .text(tx.now.text),
      ])
    try tx.db.execute(
      """
      DELETE FROM event_delivery_attempts WHERE subscription_id = ?1 AND id <= (
        SELECT id FROM event_delivery_attempts WHERE subscription_id = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)
      """, [.text(subscriptionID), .integer(keptPerSubscriptionMax)])
  }
}
