import Storage
import Synchronization

/// Lets a bounded number of replays from the database be under way at a time, and of one person fewer; the others wait,
/// and people take turns. Safe from any thread.
final class ReplayTurns: Sendable {
  /// A place in the order.
  struct Ticket: Sendable {
    fileprivate let number: UInt64
    fileprivate let person: UserID
  }

  private struct State {
    var underWay = 0
    var underWayOf: [UserID: Int] = [:]
    var issued: UInt64 = 0
    var queue = TurnQueue<UInt64>()
    /// What tells those who wait that it is their turn.
    var waiting: [UInt64: @Sendable () -> Void] = [:]

    mutating func begin(_ person: UserID) {
      underWay += 1
      underWayOf[person, default: 0] += 1
    }

    mutating func end(_ person: UserID) {
      underWay -= 1
      let left = underWayOf[person, default: 1] - 1
      underWayOf[person] = left > 0 ? left : nil
    }
  }

  private let countMax: Int
  private let perPersonMax: Int
  private let state = Mutex(State())

  /// - Parameter perPersonMax: Replays of one person; no more than half of all.
  init(countMax: Int, perPersonMax: Int) {
    self.countMax = max(1, countMax)
    self.perPersonMax = min(max(1, perPersonMax), max(1, countMax / 2))
  }

  private func isBelowBound(_ person: UserID, _ state: borrowing State) -> Bool {
    state.underWayOf[person, default: 0] < perPersonMax
  }

  /// Asks for a turn, to be given back by `leave` in any case.
  /// - Parameter called: Called on any thread, once at most, when the turn comes later than at once.
  func enter(_ person: UserID, _ called: @escaping @Sendable () -> Void) -> Ticket {
    state.withLock { state in
      state.issued += 1
      if state.underWay < countMax, isBelowBound(person, state) {
        state.begin(person)
      } else {
        state.waiting[state.issued] = called
        state.queue.append(state.issued, for: person)
      }
      return Ticket(number: state.issued, person: person)
    }
  }

  /// Whether the turn of a ticket has come.
  func hasCome(_ ticket: Ticket) -> Bool { state.withLock { $0.waiting[ticket.number] == nil } }

  /// Whether somebody waits who could go on if a turn that has come were given back.
  func isAwaited(_ ticket: Ticket) -> Bool {
    state.withLock { state in
      let isFull = state.underWay >= countMax
      return state.queue.contains { $0 == ticket.person || (isFull && isBelowBound($0, state)) }
    }
  }

  /// Ends a turn, or the wait for it.
  func leave(_ ticket: Ticket) {
    let next = state.withLock { state -> (@Sendable () -> Void)? in
      guard state.waiting.removeValue(forKey: ticket.number) == nil else {
        _ = state.queue.remove(for: ticket.person) { $0 == ticket.number }
        return nil
      }
      state.end(ticket.person)
      let underWayOf = state.underWayOf
      guard let next = state.queue.pop(where: { underWayOf[$0, default: 0] < perPersonMax }) else { return nil }
      state.begin(next.person)
      return state.waiting.removeValue(forKey: next.element)
    }
    next?()
  }
}
