/// Verifies numbered messages: every subscriber of a topic must receive each exactly once and in order.
struct DeliverySink: FrameSink {
  /// How a received message is matched to the moment when it was published.
  enum Matching {
    /// The number in the message is the publisher's own.
    case sequence
    /// The server numbers the messages; the event carries the publisher's number in its correlation id.
    case correlation
  }

  /// Prefix of the correlation ids that the publisher sends; its number follows.
  static let correlationPrefix = "bench-"

  private struct TopicState {
    var highest: UInt64 = 0
    var subscribers: Int32 = 0
  }

  private let board: Board
  private let matching: Matching
  private let mask: UInt64
  private var sequence = NumberField(marker: "\"seq\":")
  private var correlation = NumberField(marker: "\"correlation_id\":\"\(correlationPrefix)")
  private var topics: [TopicState]
  /// Rings of all topics one after the other: when a message was published, and how many local subscribers lack it.
  private var publishedAt: [UInt64]
  private var lacking: [Int32]
  private(set) var checkers: [SequenceChecker]
  private(set) var histogram = Histogram()
  private(set) var deliveries: UInt64 = 0
  /// Frames without a number, such as presence events of other users.
  private(set) var otherFrames: UInt64 = 0
  /// Messages that could not be matched to a publication; they have no latency.
  private(set) var unmatched: UInt64 = 0
  /// Set when a message became complete; the loop clears it after it has let the publisher know.
  var hasCompletions = false

  /// - Parameter topicOfSubscriber: for each subscriber of this loop, its topic.
  init(board: Board, matching: Matching, topicOfSubscriber: [Int]) {
    self.board = board
    self.matching = matching
    mask = UInt64(board.ring - 1)
    topics = Array(repeating: TopicState(), count: board.topics.count)
    for topic in topicOfSubscriber { topics[topic].subscribers += 1 }
    publishedAt = Array(repeating: 0, count: board.topics.count * board.ring)
    lacking = Array(repeating: 0, count: board.topics.count * board.ring)
    checkers = Array(repeating: SequenceChecker(), count: topicOfSubscriber.count)
  }

  @inline(__always)
  mutating func receive(
    _ payload: UnsafePointer<UInt8>, count: Int, subscriber: Int, topic: Int, now: UInt64
  ) {
    guard let number = sequence.find(in: payload, count: count) else {
      otherFrames &+= 1
      return
    }
    guard checkers[subscriber].receive(number) else { return }
    if number > topics[topic].highest { firstSight(of: number, topic, payload, count) }
    let place = topic * board.ring + Int(number & mask)
    deliveries &+= 1
    let published = publishedAt[place]
    if published != 0 { histogram.record(now > published ? now - published : 0) } else { unmatched &+= 1 }
    lacking[place] -= 1
    if lacking[place] == 0, board.topics[topic].finish(number) { hasCompletions = true }
  }

  /// Starts counting anew at the end of the warm-up; what was checked stays checked.
  mutating func startMeasuring() {
    histogram.reset()
    deliveries = 0
    unmatched = 0
  }

  @inline(never)
  private mutating func firstSight(of number: UInt64, _ topic: Int, _ payload: UnsafePointer<UInt8>, _ count: Int) {
    // Numbers skipped here may still come, to this subscriber or to others.
    let first = max(topics[topic].highest + 1, number > mask ? number - mask : 1)
    for each in first...number {
      let place = topic * board.ring + Int(each & mask)
      lacking[place] = topics[topic].subscribers
      publishedAt[place] =
        matching == .sequence ? board.topics[topic].slot(each).publishedAt.load(ordering: .relaxed) : 0
    }
    topics[topic].highest = number
    guard matching == .correlation, let own = correlation.find(in: payload, count: count) else { return }
    publishedAt[topic * board.ring + Int(number & mask)] =
      board.topics[topic].slot(own).publishedAt.load(ordering: .relaxed)
  }
}
