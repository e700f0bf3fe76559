import Storage
import Synchronization

/// What really happened in a run, as the disk has it: the truth that subscribers and writers are compared with.
final class History: Sendable {
  struct Entry {
    let cursor: Cursor
    let payload: String
    let audience: Int64
    let recipient: UserID
    let channel: ChannelID
    /// Which commit it belongs to.
    let commit: Int
    /// Whether the writer of the run made it, who tells its requests of it.
    let isOurs: Bool

    /// Whether somebody of that standing may see it; the rules once more, apart from the product.
    func isVisible(to user: UserID, _ standing: Standing?, in place: Place) -> Bool {
      guard let standing else { return false }
      return switch audience {
      case 0: standing.rank >= 1
      case 1: standing.rank >= 1 || channel == place.guestChannel
      case 2: standing.rank >= 1 && standing.isInside
      case 3: recipient == user
      default: standing.rank >= 2 || recipient == user
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
    // What everybody is from a commit on, where it changed.
    var standings: [(commit: Int, people: [UserID: Standing])] = []
    var hasForeign = false
    var inEffect = 0
    var ephemerals: [String: Int] = [:]
    var failures: [String] = []
  }

  let place: Place
  private let state = Mutex(State())

  init(_ place: Place) { self.place = place }

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
  /// The last commit so far.
  var lastCommit: Int { state.withLock { $0.commits - 1 } }
  /// Whether another process wrote after the run began.
  var hasForeign: Bool { state.withLock { $0.hasForeign } }

  /// The last commit of which every subscriber knows who is what after it.
  var inEffect: Int { state.withLock { $0.inEffect } }

  /// Everybody was told who is what after the commit that an event belongs to.
  func tookEffect(_ cursor: Cursor) {
    state.withLock { state in
      guard let position = state.positions[cursor] else { return }
      state.inEffect = max(state.inEffect, state.log[position].commit)
    }
  }

  /// What somebody was from after one commit to after another, in order; nil while they did not belong to the workspace.
  func standings(of user: UserID, from first: Int, through last: Int) -> [Standing?] {
    state.withLock { state in
      let start = state.standings.lastIndex { $0.commit <= first } ?? 0
      return state.standings[start...].prefix { $0.commit <= max(first, last) }.map { $0.people[user] }
    }
  }

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
  func committed(_ db: any SQLConnection, isOurs: Bool) {
    let known = state.withLock { ($0.log.last?.cursor ?? "", $0.commits) }
    do {
      let added = try db.all(
        """
        SELECT cursor, payload, audience, recipient_id, channel_id FROM events WHERE cursor > ?1 ORDER BY cursor
        """, [.text(known.0)]
      ) {
        Entry(
          cursor: $0.text(0), payload: $0.text(1), audience: $0.int(2), recipient: $0.text(3), channel: $0.text(4),
          commit: known.1, isOurs: isOurs)
      }
      let first = try db.first("SELECT cursor FROM events ORDER BY cursor LIMIT 1") { $0.text(0) }
      let people = try place.standings(db)
      state.withLock { state in
        for entry in added {
          state.positions[entry.cursor] = state.log.count
          state.log.append(entry)
        }
        if state.standings.last.map({ $0.people != people }) ?? true {
          state.standings.append((state.commits, people))
        }
        if !isOurs, state.commits > 0 { state.hasForeign = true }
        for (user, standing) in people where standing.isForbidden {
          state.failures.append("\(user) is in the private channel after commit \(state.commits) as \(standing)")
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
      let stored = state.log.filter(\.isOurs).map(\.payload)
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
