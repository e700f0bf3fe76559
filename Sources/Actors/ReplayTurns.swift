import Synchronization

/// Lets a bounded number of replays from the database be under way at a time; the others wait in the order in which they
/// came. Safe from any thread.
final class ReplayTurns: Sendable {
  /// A place in the order.
  struct Ticket: Sendable {
    fileprivate let number: UInt64
  }

  private struct State {
    var underWay = 0
    var issued: UInt64 = 0
    /// Every ticket up to here has had its turn or was given back.
    var called: UInt64 = 0
    /// What tells those who wait that it is their turn.
    var waiting: [UInt64: @Sendable () -> Void] = [:]
  }

  private let countMax: Int
  private let state = Mutex(State())

  init(countMax: Int) { self.countMax = max(1, countMax) }

  /// Asks for a turn, to be given back by `leave` in any case.
  /// - Parameter called: Called on any thread, once at most, when the turn comes later than at once.
  func enter(_ called: @escaping @Sendable () -> Void) -> Ticket {
    state.withLock { state in
      state.issued += 1
      if state.underWay < countMax {
        state.underWay += 1
      } else {
        state.waiting[state.issued] = called
      }
      return Ticket(number: state.issued)
    }
  }

  /// Whether the turn of a ticket has come.
  func hasCome(_ ticket: Ticket) -> Bool { state.withLock { $0.waiting[ticket.number] == nil } }

  /// Whether somebody waits for a turn.
  var isAwaited: Bool { state.withLock { !$0.waiting.isEmpty } }

  /// Ends a turn, or the wait for it.
  func leave(_ ticket: Ticket) {
    let next = state.withLock { state -> (@Sendable () -> Void)? in
      guard state.waiting.removeValue(forKey: ticket.number) == nil else { return nil }
      while state.called < state.issued, !state.waiting.isEmpty {
        state.called += 1
        if let next = state.waiting.removeValue(forKey: state.called) { return next }
      }
      state.underWay -= 1
      return nil
    }
    next?()
  }
}
