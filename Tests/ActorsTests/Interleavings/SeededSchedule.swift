import Runtime
import SeededRandom
import Synchronization

/// Runs the work of all executors on one thread, one piece at a time, in an order that a seed decides.
///
/// Each executor is a lane: its pieces run in their order, as on a thread of its own. At every point where a real
/// thread could lose the processor to another (whenever work is queued, at each statement of a database, before and
/// after an observer is told), pieces of other lanes may run in between, on top of the one that was begun. What the
/// outside world does, such as a client that reads, is a lane, too.
final class SeededSchedule: WorkSchedule {
  /// What an outside lane did with its turn.
  enum Turn { case worked, idled }

  private struct Lane {
    let weight: Int
    var queue: [@Sendable () -> Void] = []
    var head = 0
    var isRunning = false
    let outside: (@Sendable () -> Turn)?

    func isReady(_ insideOnly: Bool) -> Bool {
      !isRunning && (head < queue.count || (outside != nil && !insideOnly))
    }

    mutating func pop() -> @Sendable () -> Void {
      let work = queue[head]
      head += 1
      if head == queue.count {
        queue.removeAll(keepingCapacity: true)
        head = 0
      }
      return work
    }
  }

  private struct State {
    var random: SeededGenerator
    var lanes: [Lane] = []
    var executors: [ObjectIdentifier: Int] = [:]
    var depth = 0
    // The lane that was chosen each time.
    var choices: [Int] = []
    var names: [String] = []
    var story: [String] = []
    var failure: String?
  }

  private let state: Mutex<State>
  private let preemptionsPer64: UInt64
  private let burstMax: UInt64
  private let tellsStory: Bool
  private static let depthMax = 4
  private static let decisionsMax = 200_000

  /// - Parameters:
  ///   - preemptionsPer64: How often of 64 times a piece of work is interrupted where it can be.
  ///   - burstMax: How much runs at most before work that was interrupted goes on; 0 leaves it to chance, piece by
  ///     piece. A client may come, be read and be registered while one thread is between two of its steps.
  ///   - tellsStory: Whether it keeps what ran when, to be printed.
  init(seed: UInt64, preemptionsPer64: UInt64, burstMax: UInt64, tellsStory: Bool) {
    state = Mutex(State(random: SeededGenerator(seed: seed)))
    self.preemptionsPer64 = preemptionsPer64
    self.burstMax = burstMax
    self.tellsStory = tellsStory
  }

  /// Gives an executor a lane; the greater its weight, the more often it runs.
  func add(lane name: String, for executor: AnyObject, weight: Int) {
    state.withLock { state in
      state.executors[ObjectIdentifier(executor)] = state.lanes.count
      state.names.append(name)
      state.lanes.append(Lane(weight: weight, outside: nil))
    }
  }

  /// Adds a lane of the outside world, which may always take a turn.
  func add(lane name: String, weight: Int, _ turn: @escaping @Sendable () -> Turn) {
    state.withLock { state in
      state.names.append(name)
      state.lanes.append(Lane(weight: weight, outside: turn))
    }
  }

  func add(_ work: @escaping @Sendable () -> Void, of executor: any SerialExecutor) {
    point("queue")
    state.withLock { state in
      guard let lane = state.executors[ObjectIdentifier(executor)] else {
        state.failure = "work for an executor without a lane"
        return
      }
      state.lanes[lane].queue.append(work)
    }
    point("queued")
  }

  /// A point at which other threads may run.
  func point(_ label: StaticString) {
    var burst: UInt64 = 0
    while true {
      let lane = state.withLock { state -> Int? in
        guard state.depth > 0, state.depth < Self.depthMax else { return nil }
        if burst > 0 {
          burst -= 1
        } else {
          guard state.random.next() & 63 < preemptionsPer64 else { return nil }
          // Only what runs undisturbed is interrupted for long: bursts within bursts would have no end.
          if burstMax > 0, state.depth == 1 { burst = state.random.next() % burstMax }
        }
        return choose(&state)
      }
      guard let lane else { return }
      tell("interrupted at \(label):")
      run(lane)
    }
  }

  /// Lets lanes run until `isDone` says so and no executor has work left.
  func run(until isDone: () -> Bool) {
    while decisionCount < Self.decisionsMax {
      let isQuiet = !state.withLock { state in state.lanes.indices.contains { state.lanes[$0].isReady(true) } }
      if isQuiet, isDone() { return }
      guard let lane = state.withLock({ choose(&$0) }) else { return }
      run(lane)
    }
    state.withLock { $0.failure = "no end after \(Self.decisionsMax) decisions" }
  }

  /// Runs everything that is left, until a round in which nobody had anything to do.
  func settle() {
    var quietRounds = 0
    while quietRounds < 3, decisionCount < Self.decisionsMax {
      var worked = drain()
      for lane in state.withLock({ Array($0.lanes.indices) }) where isOutside(lane) {
        if run(lane) == .worked { worked = true }
      }
      quietRounds = worked ? 0 : quietRounds + 1
    }
    if quietRounds < 3 { state.withLock { $0.failure = "it does not settle" } }
  }

  /// Runs what executors have left, without the outside world.
  /// - Returns: Whether there was anything.
  @discardableResult
  func drain() -> Bool {
    var worked = false
    while let lane = state.withLock({ choose(&$0, insideOnly: true) }) {
      run(lane)
      worked = true
    }
    return worked
  }

  /// Lets go of all lanes, which hold what holds the schedule.
  func end() {
    let lanes = state.withLock { state in
      defer { state.lanes = [] }
      return state.lanes
    }
    withExtendedLifetime(lanes) {}
  }

  /// A choice that belongs to the run.
  func random(below bound: Int) -> Int {
    state.withLock { Int($0.random.next() % UInt64(bound)) }
  }

  /// Notes something in the story.
  func tell(_ line: @autoclosure () -> String) {
    guard tellsStory else { return }
    let line = line()
    state.withLock { $0.story.append(String(repeating: "  ", count: $0.depth) + line) }
  }

  /// Which lane ran each time: two plays of a seed must have the same.
  var decisions: [String] { state.withLock { state in state.choices.map { state.names[$0] } } }
  var story: [String] { state.withLock { $0.story } }
  var failure: String? { state.withLock { $0.failure } }

  private var decisionCount: Int { state.withLock { $0.choices.count } }

  private func isOutside(_ lane: Int) -> Bool {
    state.withLock { $0.lanes[lane].outside != nil }
  }

  /// Chooses among the lanes that could run, by weight. By index: a copy of a lane would cost more than the choice.
  private func choose(_ state: inout State, insideOnly: Bool = false) -> Int? {
    var total = 0
    for index in state.lanes.indices where state.lanes[index].isReady(insideOnly) { total += state.lanes[index].weight }
    guard total > 0 else { return nil }
    var ticket = Int(state.random.next() % UInt64(total))
    for index in state.lanes.indices where state.lanes[index].isReady(insideOnly) {
      ticket -= state.lanes[index].weight
      if ticket < 0 { return index }
    }
    return nil
  }

  @discardableResult
  private func run(_ lane: Int) -> Turn {
    let (work, outside) = state.withLock { state -> ((@Sendable () -> Void)?, (@Sendable () -> Turn)?) in
      state.choices.append(lane)
      if tellsStory {
        state.story.append(String(repeating: "  ", count: state.depth) + "> \(state.names[lane])")
      }
      state.depth += 1
      state.lanes[lane].isRunning = true
      let outside = state.lanes[lane].outside
      return (outside == nil ? state.lanes[lane].pop() : nil, outside)
    }
    work?()
    let turn = outside?() ?? .worked
    state.withLock { state in
      state.lanes[lane].isRunning = false
      state.depth -= 1
    }
    return turn
  }
}
