import Storage

/// Joins a replay of the log to the live stream without gap or duplicate: a state machine without I/O.
///
/// The subscriber is registered for live events first and told the tail of the log at that instant. It replays the log
/// up to the tail; live events, which all lie beyond it, are held meanwhile and follow the replay.
struct ReplayJoin<Held> {
  enum State: Equatable {
    /// The log is being replayed; live events are held.
    case replaying
    /// Live events go straight through.
    case live
  }

  /// What to do with a live event.
  enum Decision: Equatable {
    /// Send it now.
    case deliver
    /// It is kept until the replay ends.
    case held
    /// Too many are held: the subscriber must reconnect with its cursor.
    case overflow
  }

  private(set) var state = State.replaying
  private var held: [Held] = []
  private let heldMax: Int

  init(heldMax: Int) { self.heldMax = heldMax }

  /// A live event arrived.
  mutating func live(_ event: @autoclosure () -> Held) -> Decision {
    switch state {
    case .live: return .deliver
    case .replaying:
      guard held.count < heldMax else { return .overflow }
      held.append(event())
      return .held
    }
  }

  /// The replay has reached the tail: returns what was held, in order, and goes live.
  mutating func finish() -> [Held] {
    precondition(state == .replaying, "a replay ends once")
    state = .live
    defer { held = [] }
    return held
  }
}
