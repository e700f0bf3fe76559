import Storage
import Synchronization

/// Remembers whom a credential belongs to, so that most requests know their caller without a read.
///
/// Exact: the writer invalidates what a commit made stale before the commit is acknowledged, and an answer that was
/// read while something was invalidated is used once and not kept. Credentials that do not exist are never remembered.
public final class SessionCache: CommitObserver {
  private struct Entry {
    let caller: Caller
    var touchedAt: Timestamp
  }

  private struct State {
    var entries: [[UInt8]: Entry] = [:]
    var keys: [UserID: Set<[UInt8]>] = [:]
    var developmentCaller: Caller?
    var generation: UInt64 = 0
    /// When sessions were used whose use is not written yet.
    var uses: [String: Timestamp] = [:]

    mutating func noteUse(of caller: Caller, at now: Timestamp, entriesMax: Int) {
      guard case .session(let id) = caller.credential, uses.count < entriesMax else { return }
      uses[id] = now
    }

    mutating func forget(_ user: UserID) {
      generation += 1
      developmentCaller = nil
      for key in keys.removeValue(forKey: user) ?? [] { entries[key] = nil }
    }

    mutating func forgetAll() {
      generation += 1
      developmentCaller = nil
      entries = [:]
      keys = [:]
    }
  }

  /// Credentials remembered at most; beyond it all are forgotten and read again as they come.
  private let entriesMax: Int
  /// Uses of sessions that one transaction notes: other writes wait no longer than that takes.
  private static let usesPerWrite = 256
  private let state = Mutex(State())
  private let store: any Store

  /// Makes an empty cache over a store.
  public init(store: any Store, entriesMax: Int = 100_000) {
    self.store = store
    self.entriesMax = entriesMax
  }

  /// The caller whom a secret token identifies; nil when it is unknown, expired or revoked.
  /// - Throws: `StoreError`, `SQLError`.
  public func caller(presenting token: String) async throws -> Caller? {
    let key = Token.hash(of: token)
    let now = Timestamp.now()
    let (known, generation, isStale) = state.withLock { state -> (Entry?, UInt64, Bool) in
      guard let entry = state.entries[key] else { return (nil, state.generation, false) }
      let isStale = entry.touchedAt.adding(seconds: Self.touchSeconds(entry.caller)) < now
      if isStale {
        state.entries[key]?.touchedAt = now
        state.noteUse(of: entry.caller, at: now, entriesMax: entriesMax)
      }
      return (entry, state.generation, isStale)
    }
    if let known {
      if let expiresAt = known.caller.expiresAt, expiresAt <= now { return nil }
      if isStale { try await touch(known.caller) }
      return known.caller
    }
    guard let found = try await store.read({ try Credentials.resolve(tokenHash: key, now: now, $0) }) else {
      return nil
    }
    state.withLock { state in
      guard state.generation == generation else { return }
      if state.entries.count >= entriesMax { state.forgetAll() }
      state.entries[key] = Entry(caller: found, touchedAt: now)
      state.keys[found.userID, default: []].insert(key)
      state.noteUse(of: found, at: now, entriesMax: entriesMax)
    }
    try await touch(found)
    return found
  }

  /// Writes when sessions were last used, for all that were used since the last time. Called from a timer, so that
  /// nobody's request waits for it.
  /// - Throws: `StoreError`, `SQLError`; what could not be written is noted at the next use.
  public func writeUses() async throws {
    let uses = state.withLock { state in
      defer { state.uses = [:] }
      return Array(state.uses)
    }
    for start in stride(from: 0, to: uses.count, by: Self.usesPerWrite) {
      let some = uses[start..<min(start + Self.usesPerWrite, uses.count)].map { (id: $0.key, at: $0.value) }
      try await store.write { try Sessions.recordUses(some, $0) }
    }
  }

  private static func touchSeconds(_ caller: Caller) -> Int64 {
    caller.isBot ? Credentials.useRecordedEverySeconds : Sessions.useRecordedEverySeconds
  }

  /// The first user, as whom local callers act in development mode; nil before there is one.
  /// - Throws: `StoreError`, `SQLError`.
  public func developmentCaller() async throws -> Caller? {
    let (known, generation) = state.withLock { ($0.developmentCaller, $0.generation) }
    if let known { return known }
    let found = try await store.read { try Credentials.developmentCaller($0) }
    state.withLock { if $0.generation == generation { $0.developmentCaller = found } }
    return found
  }

  /// Forgets what a commit made stale.
  public func committed(_ batch: CommitBatch) {
    for invalidation in batch.invalidations {
      switch invalidation {
      case .user(let user), .credentials(let user): state.withLock { $0.forget(user) }
      case .workspace: state.withLock { $0.forgetAll() }
      case .membership, .channel: break
      }
    }
  }

  /// Forgets everything.
  public func changedByAnotherProcess() { state.withLock { $0.forgetAll() } }

  private func touch(_ caller: Caller) async throws {
    guard case .botToken(let id, _, _) = caller.credential else { return }
    do {
      try await store.write { try Credentials.recordUse(ofBotToken: id, $0) }
    } catch let error as StoreError where error.kind == .unavailable || error.kind == .full {
      // A bot that only reads need not wait for a disk that stalls: its next use is noted instead.
      state.withLock { state in
        for key in state.keys[caller.userID] ?? [] { state.entries[key]?.touchedAt = Timestamp(microseconds: 0) }
      }
    }
  }
}

/// Passes each commit on to several observers, in order.
public struct CommitObservers: CommitObserver {
  private let observers: [any CommitObserver]

  /// Gathers observers; caches come before whoever publishes.
  public init(_ observers: [any CommitObserver]) { self.observers = observers }

  /// Passes a commit on.
  public func committed(_ batch: CommitBatch) {
    for observer in observers { observer.committed(batch) }
  }

  /// Passes the news on.
  public func changedByAnotherProcess() {
    for observer in observers { observer.changedByAnotherProcess() }
  }
}
