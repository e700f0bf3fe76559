import Synchronization

/// What the generator's loops share during a run: when each message was published and how many loops still wait for it.
///
/// Loops touch it once per message, never per delivery, so it does not limit them.
final class Board: Sendable {
  enum Phase: Int {
    case connecting, warming, measuring, stopped
  }

  /// One message in flight.
  final class Slot: Sendable {
    let publishedAt = Atomic<UInt64>(0)
    let waitingLoops: Atomic<Int>

    init(loops: Int) { waitingLoops = Atomic(loops) }
  }

  /// The messages of one topic, that is of one channel in a workspace of its own.
  final class Topic: Sendable {
    let subscribers: Int
    /// Loops that have subscribers of this topic.
    let loops: Int
    let slots: [Slot]
    /// Messages that all subscribers have received.
    let completed = Atomic<UInt64>(0)

    init(subscribers: Int, loops: Int, ring: Int) {
      self.subscribers = subscribers
      self.loops = loops
      slots = (0..<ring).map { _ in Slot(loops: loops) }
    }

    @inline(__always)
    func slot(_ number: UInt64) -> Slot { slots[Int(number) & (slots.count - 1)] }

    /// One loop's subscribers all have the message; answers whether that completes it.
    func finish(_ number: UInt64) -> Bool {
      let slot = slot(number)
      guard slot.waitingLoops.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 else { return false }
      slot.waitingLoops.store(loops, ordering: .relaxed)
      completed.add(1, ordering: .acquiringAndReleasing)
      return true
    }
  }

  /// Messages in flight per topic are bounded by half of this; a power of two.
  let ring: Int
  let topics: [Topic]
  let loops: Int
  private let phaseValue = Atomic<Int>(Phase.connecting.rawValue)
  /// Loops whose subscribers are all open, or lost.
  let settledLoops = Atomic<Int>(0)
  /// Deliveries so far over all loops, brought up to date once per turn.
  let deliveries = Atomic<UInt64>(0)

  init(topics count: Int, subscribers: Int, loops: Int, window: Int) {
    var ring = 1024
    while ring < window * 2 { ring *= 2 }
    self.ring = ring
    self.loops = loops
    var perTopic = [[Int]](repeating: [Int](repeating: 0, count: loops), count: count)
    for subscriber in 0..<subscribers {
      let place = Self.place(of: subscriber, topics: count, loops: loops)
      perTopic[place.topic][place.loop] += 1
    }
    topics = perTopic.map { perLoop in
      Topic(subscribers: perLoop.reduce(0, +), loops: perLoop.count { $0 > 0 }, ring: ring)
    }
  }

  /// Spreads subscribers evenly over topics, and those of a topic over loops.
  static func place(of subscriber: Int, topics: Int, loops: Int) -> (topic: Int, loop: Int) {
    (subscriber % topics, subscriber / topics % loops)
  }

  var phase: Phase {
    get { Phase(rawValue: phaseValue.load(ordering: .acquiring)) ?? .stopped }
    set { phaseValue.store(newValue.rawValue, ordering: .releasing) }
  }
}
