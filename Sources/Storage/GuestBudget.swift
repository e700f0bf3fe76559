/// How much guests may post: three messages or replies in any 24 hours, per workspace.
///
/// A sliding window rather than a calendar day, so that nobody posts six messages around midnight. What counts is the
/// act of posting as a guest: a message that is deleted later stays spent, and what a member posted before being
/// demoted does not count.
public enum GuestBudget {
  /// Posts within the window.
  public static let postsMax: Int64 = 3
  /// The window's length in seconds.
  public static let windowSeconds: Int64 = 86_400

  /// Takes one post from a guest's budget, in the transaction that writes the message.
  /// - Throws: `StoreError` of kind `.tooMany` when nothing is left; `SQLError`.
  public static func spend(_ userID: UserID, _ workspaceID: WorkspaceID, _ tx: Transaction) throws {
    // Rows that left the window go here, so the table holds at most `postsMax` of them per guest; so do those of a clock
    // that was ahead, which would stay for as long.
    try tx.db.execute(
      """
      DELETE FROM guest_posts
      WHERE workspace_id = ?1 AND user_id = ?2 AND (posted_at <= ?3 OR posted_at > ?4)
      """, [.text(workspaceID), .text(userID), .text(start(at: tx.now)), .text(end(at: tx.now))])
    guard try remaining(userID, workspaceID, at: tx.now, tx.db) > 0 else {
      throw StoreError(.tooMany, "guests may post \(postsMax) messages a day")
    }
    try tx.db.execute(
      "INSERT INTO guest_posts (workspace_id, user_id, posted_at) VALUES (?1, ?2, ?3)",
      [.text(workspaceID), .text(userID), .text(tx.now.text)])
  }

  /// How many posts a guest has left.
  /// - Throws: `SQLError`.
  public static func remaining(
    _ userID: UserID, _ workspaceID: WorkspaceID, at now: Timestamp, _ db: any SQLConnection
  ) throws -> Int64 {
    let spent = try db.first(
      """
      SELECT count(*) FROM guest_posts WHERE workspace_id = ?1 AND user_id = ?2 AND posted_at > ?3 AND posted_at <= ?4
      """, [.text(workspaceID), .text(userID), .text(start(at: now)), .text(end(at: now))]
    ) { $0.int(0) }
    return max(0, postsMax - (spent ?? 0))
  }

  /// When the window that begins now ends, as it is stored: a clock that is set back by less changes nothing.
  private static func end(at now: Timestamp) -> String { now.adding(seconds: windowSeconds).text }

  /// When the window that ends now began, as it is stored.
  static func start(at now: Timestamp) -> String { now.adding(seconds: -windowSeconds).text }
}
