import Storage

/// The reads that wait for a reader, and whose turn is next.
///
/// Ordinary reads come one after another. Long ones, such as searches, are served person by person in turn, and never on
/// more than some of the readers: the others are always left to ordinary reads, however many people search.
struct ReadQueue: Sendable {
  /// A read and what became of it.
  struct Request: Sendable {
    let run: @Sendable (any SQLConnection) throws -> Void
    let fail: @Sendable (any Error) -> Void
    /// Whose long read it is; nil for an ordinary one.
    let person: UserID?
    let since: ContinuousClock.Instant
  }

  /// What a queue makes of a read.
  enum Verdict { case accepted, isFull, personIsFull }

  private let limits: ReaderPool.Limits
  private let longRunningMax: Int
  private var ordinary = FIFO()
  private var long: [UserID: FIFO] = [:]
  /// The people who have long reads waiting, the next one first.
  private var turns: [UserID] = []
  private var longWaiting = 0
  private var longRunning = 0
  /// Ordinary reads that went ahead of a long one that could have run.
  private var passed = 0
  private(set) var refused: UInt64 = 0

  /// Ordinary reads that may go ahead of a long one: on a single reader neither kind shall wait for ever.
  private static let passedMax = 4

  /// - Parameter readers: How many there are; long reads take half of them at most, and at least one.
  init(readers: Int, limits: ReaderPool.Limits) {
    self.limits = limits
    longRunningMax = max(1, readers / 2)
  }

  var waiting: Int { ordinary.count + longWaiting }

  /// Whether a reader that has nothing to do would find something.
  var hasWork: Bool { !ordinary.isEmpty || mayRunLong }

  private var mayRunLong: Bool { longWaiting > 0 && longRunning < longRunningMax }

  mutating func add(_ request: Request) -> Verdict {
    let verdict = admit(request)
    if verdict != .accepted { refused += 1 }
    return verdict
  }

  private mutating func admit(_ request: Request) -> Verdict {
    guard let person = request.person else {
      guard ordinary.count < limits.waitingMax else { return .isFull }
      ordinary.append(request)
      return .accepted
    }
    let own = long[person]?.count ?? 0
    guard own < limits.longWaitingPerPersonMax else { return .personIsFull }
    guard longWaiting < limits.longWaitingMax else { return .isFull }
    if own == 0 { turns.append(person) }
    long[person, default: FIFO()].append(request)
    longWaiting += 1
    return .accepted
  }

  /// Takes the read whose turn it is. Who takes a long one calls `endLong` when it is done.
  mutating func next() -> Request? {
    if mayRunLong, ordinary.isEmpty || passed >= Self.passedMax {
      passed = 0
      longRunning += 1
      return nextLong()
    }
    guard let request = ordinary.pop() else { return nil }
    passed = mayRunLong ? passed + 1 : 0
    return request
  }

  private mutating func nextLong() -> Request? {
    let person = turns.removeFirst()
    let request = long[person]?.pop()
    longWaiting -= 1
    if long[person]?.isEmpty == false { turns.append(person) } else { long[person] = nil }
    return request
  }

  /// Notes that a long read is done.
  mutating func endLong() { longRunning -= 1 }

  /// Takes out what has waited since before a moment.
  mutating func expire(before moment: ContinuousClock.Instant) -> [Request] {
    var expired = ordinary.pop(before: moment)
    for person in turns {
      let own = long[person]?.pop(before: moment) ?? []
      longWaiting -= own.count
      expired += own
      if long[person]?.isEmpty != false { long[person] = nil }
    }
    turns.removeAll { long[$0] == nil }
    refused += UInt64(expired.count)
    return expired
  }

  /// Requests in order.
  private struct FIFO: Sendable {
    private var requests: [Request] = []
    // Index of the oldest request: popping from the front of an array would move the rest each time.
    private var head = 0

    var count: Int { requests.count - head }
    var isEmpty: Bool { head == requests.count }

    mutating func append(_ request: Request) { requests.append(request) }

    mutating func pop() -> Request? {
      guard head < requests.count else { return nil }
      let request = requests[head]
      head += 1
      if head == requests.count {
        requests.removeAll(keepingCapacity: true)
        head = 0
      } else if head >= 1_024 {
        requests.removeFirst(head)
        head = 0
      }
      return request
    }

    mutating func pop(before moment: ContinuousClock.Instant) -> [Request] {
      var popped: [Request] = []
      while head < requests.count, requests[head].since < moment, let request = pop() { popped.append(request) }
      return popped
    }
  }
}
