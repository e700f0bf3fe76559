/// One request's part of a group commit: its connection, its time, the events and cache invalidations it causes.
///
/// Handed to `Store.write` closures on the writer's thread; never kept after the closure returns.
public final class Transaction {
  /// The writer's connection. It reads its own writes.
  public let db: any SQLConnection
  /// New identifiers, in order.
  public let ids: IDGenerator
  /// The time of this transaction: every row it writes carries the same one.
  public let now: Timestamp
  /// What it appended to the outbox, in cursor order.
  public private(set) var events: [Event] = []
  /// What caches must forget once it is committed.
  public private(set) var invalidations: [Invalidation] = []
  /// Whether it wrote messages, which `SearchIndex.catchUp` must index before the commit.
  public private(set) var wroteMessages = false
  /// Whether it changed the queue of jobs, so that the server looks at it after the commit.
  public private(set) var changedJobs = false

  /// Makes the transaction of one closure.
  public init(connection: any SQLConnection, ids: IDGenerator, now: Timestamp) {
    self.db = connection
    self.ids = ids
    self.now = now
  }

  /// Appends a durable event to the outbox; it is published after the commit.
  /// - Returns: The event with its identifier, cursor and time.
  /// - Throws: `SQLError`.
  @discardableResult
  public func append(_ draft: EventDraft) throws -> Event {
    let event = Event(draft: draft, id: ids.make(.event), cursor: ids.make(.cursor), createdAt: now)
    try Events.insert(event, db)
    events.append(event)
    return event
  }

  /// Notes that there are new messages for the full-text index.
  func noteNewMessage() { wroteMessages = true }

  /// Notes that jobs were added or are due at other times.
  func noteJobs() { changedJobs = true }

  /// Tells caches to forget something once this transaction is committed.
  public func invalidate(_ invalidation: Invalidation) { invalidations.append(invalidation) }
}

/// A fact in memory that a committed write made stale.
public enum Invalidation: Sendable, Equatable {
  /// A user's own row: name, handle, kind, deletion.
  case user(UserID)
  /// Credentials of a user were revoked or changed.
  case credentials(UserID)
  /// A user's membership of a workspace: added, removed, role, timeout, block.
  case membership(WorkspaceID, UserID)
  /// A workspace as a whole: deleted or transferred.
  case workspace(WorkspaceID)
  /// A channel's visibility.
  case channel(WorkspaceID, ChannelID)
}
