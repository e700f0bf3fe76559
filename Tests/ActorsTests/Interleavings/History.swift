import Storage
import Synchronization

/// What really happened in a run, as the disk has it: the truth that subscribers and writers are compared with.
final class History: Sendable {
  struct Entry {
    let cursor: Cursor
    let payload: String
    let audience: Int64
    let recipient: UserID
    /// Which commit it belongs to.
    let commit: Int

    func isVisible(to user: UserID, rank: Int) -> Bool {
      switch audience {
      case 0: rank >= 1
      case 3: recipient == user
      default: rank >= 2 || recipient == user
      }
    }
  }

  private struct State {
    var log: [Entry] = []
    var positions: [Cursor: Int] = [:]
    var floor: Cursor = ""
    var commits = 0
    var isWriting = false
    var announced = 0
    var acknowledged: [String] = []
    var refused: [String] = []
    var removal: Int?
    var ephemerals: [String: Int] = [:]
    var failures: [String] = []
  }

  private let state = Mutex(State())

  /// Something that must not happen, happened.
  func fail(_ what: String) { state.withLock { $0.failures.append(what) } }

  var failures: [String] { state.withLock { $0.failures } }
  /// The log as committed so far, including what was pruned since.
  var log: [Entry] { state.withLock { $0.log } }
  /// The first event that is still on disk; beyond the last one when all were pruned.
  var floor: Cursor { state.withLock { $0.floor } }
  /// Whether the writer is inside a transaction.
  var isWriting: Bool { state.withLock { $0.isWriting } }
  /// How much of the log was announced.
  var announcedCount: Int { state.withLock { $0.announced } }
  /// The commit in which a member was removed.
  var removal: Int? { state.withLock { $0.removal } }
  /// Ephemeral events of each publisher so far.
  var ephemerals: [String: Int] { state.withLock { $0.ephemerals } }

  func contains(_ cursor: Cursor) -> Bool { state.withLock { $0.positions[cursor] != nil } }

  func set(isWriting: Bool) { state.withLock { $0.isWriting = isWriting } }

  /// The next ephemeral event of a publisher.
  func nextEphemeral(of publisher: String) -> String {
    state.withLock { state in
      state.ephemerals[publisher, default: 0] += 1
      return "\(publisher) \(state.ephemerals[publisher, default: 0])"
    }
  }

  /// Reads what a commit added, on the connection that made it.
  func committed(_ db: any SQLConnection) {
    let known = state.withLock { ($0.log.last?.cursor ?? "", $0.commits) }
    do {
      let added = try db.all(
        "SELECT cursor, payload, audience, recipient_id FROM events WHERE cursor > ?1 ORDER BY cursor", [.text(known.0)]
      ) { Entry(cursor: $0.text(0), payload: $0.text(1), audience: $0.int(2), recipient: $0.text(3), commit: known.1) }
      let first = try db.first("SELECT cursor FROM events ORDER BY cursor LIMIT 1") { $0.text(0) }
      state.withLock { state in
        for entry in added {
          state.positions[entry.cursor] = state.log.count
          state.log.append(entry)
          if entry.payload.contains("removal") { state.removal = entry.commit }
        }
        state.commits += 1
        state.floor = first ?? state.log.last.map { $0.cursor + "~" } ?? ""
      }
    } catch {
      fail("can't read what was committed: \(error)")
    }
  }

  /// The writer announces events.
  func announced(_ events: [Event]) {
    state.withLock { state in
      for event in events {
        guard let position = state.positions[event.cursor] else {
          state.failures.append("\(event.payload) was announced before its commit")
          continue
        }
        if position != state.announced {
          state.failures.append("\(event.payload) was announced as number \(state.announced), but is \(position)")
        }
        state.announced = position + 1
      }
    }
  }

  /// A writer was told that its events are stored.
  func acknowledged(_ events: [(cursor: Cursor, payload: String)]) {
    state.withLock { state in
      for event in events {
        state.acknowledged.append(event.payload)
        if state.positions[event.cursor] == nil { state.failures.append("\(event.payload) was acknowledged too early") }
        if let position = state.positions[event.cursor], position >= state.announced {
          state.failures.append("\(event.payload) was acknowledged before it was announced")
        }
      }
    }
  }

  /// A writer was told that nothing was stored.
  func refused(_ payloads: [String]) { state.withLock { $0.refused += payloads } }

  /// Every write is on disk if and only if its writer was told so.
  func checkWrites(_ db: any SQLConnection) throws {
    let onDisk = try db.all("SELECT cursor FROM events ORDER BY cursor") { $0.text(0) }
    state.withLock { state in
      let stored = state.log.map(\.payload).filter { !$0.contains("early") && !$0.contains("foreign") }
      if stored.sorted() != state.acknowledged.sorted() {
        state.failures.append("stored \(stored.sorted()), acknowledged \(state.acknowledged.sorted())")
      }
      for payload in state.refused where stored.contains(payload) {
        state.failures.append("\(payload) is stored, but its writer was told that it isn't")
      }
      let expected = state.log.map(\.cursor).filter { $0 >= state.floor }
      if onDisk != expected { state.failures.append("the log on disk is \(onDisk), not \(expected)") }
      if state.announced != state.log.count {
        state.failures.append("\(state.log.count) events are stored, \(state.announced) were announced")
      }
    }
  }
}
