import Storage
import Synchronization

/// What was in effect while each event of a connection's replay was read, by the order in which they were encoded.
final class Replay: Sendable {
  private struct State {
    var task: Int?
    var effects: [Int] = []
    var commitsInEffect: [Cursor: Int] = [:]
  }

  /// The replay that this task makes, and the tasks that it causes.
  @TaskLocal static var current: Replay?

  private let pageEventsMax: Int
  private let state = Mutex(State())

  init(pageEventsMax: Int) { self.pageEventsMax = pageEventsMax }

  /// Runs what makes the replay.
  func run(_ body: () async -> Void) async {
    state.withLock { $0.task = Self.task }
    await Self.$current.withValue(self) { await body() }
  }

  /// An event is encoded. So many before it were of an earlier page that what was in effect then was so, too, when the
  /// page of this one was asked for.
  func encoded(_ cursor: Cursor, _ history: History) {
    // What the workspace reads at the same time has tasks of its own.
    guard state.withLock({ $0.task }) == Self.task else { return }
    let inEffect = history.inEffect
    state.withLock { state in
      let earlier = state.effects.count - pageEventsMax
      if earlier >= 0 { state.commitsInEffect[cursor] = state.effects[earlier] }
      state.effects.append(inEffect)
    }
  }

  /// For events of the replay, a commit of which everybody knew when they were read.
  var commitsInEffect: [Cursor: Int] { state.withLock { $0.commitsInEffect } }

  private static var task: Int? { withUnsafeCurrentTask { $0?.hashValue } }
}
