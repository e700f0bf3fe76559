import Storage

/// The reads that wait for a reader, and whose turn is next.
///
/// People's reads are served person by person in turn, by turns with those of the server itself, such as looking up who
/// asks. Long ones, such as searches, take turns of their own and never run on more than some of the readers: the others
/// are always left to the rest, however many people search.
struct ReadQueue: Sendable {
  /// Whose turn a read waits for.
  enum Turn: Sendable {
    /// The server's own: one after another.
    case server
    /// A person's.
    case person(UserID)
    /// A person's, of those that may take long.
    case long(UserID)
  }

  /// A read and what became of it.
  struct Request: Sendable {
    let run: @Sendable (any SQLConnection) throws -> Void
    let fail: @Sendable (any Error) -> Void
    let turn: Turn
    let since: ContinuousClock.Instant

    var isLong: Bool { if case .long = turn { true } else { false } }
  }

  /// What a queue makes of a read.
  enum Verdict {
    case accepted
    /// It is in the place of another one, of a person who had most that waited.
    case acceptedInsteadOf(Request)
    case isFull
    case personIsFull
  }

  private let limits: ReaderPool.Limits
  private let longRunningMax: Int
  private var server = FIFO<Request>()
  private var people = TurnQueue<Request>()
  private var long = TurnQueue<Request>()
  private var longRunning = 0
  /// Other reads that went ahead of a long one that could have run.
  private var passed = 0
  private var wasServer = false
  private(set) var refused: UInt64 = 0

  /// Other reads that may go ahead of a long one: on a single reader neither kind shall wait for ever.
  private static let passedMax = 4

  /// - Parameter readers: How many there are; long reads take half of them at most, and at least one.
  init(readers: Int, limits: ReaderPool.Limits) {
    self.limits = limits
    longRunningMax = max(1, readers / 2)
  }

  var waiting: Int { ordinary + long.count }

  /// Whether a reader that has nothing to do would find something.
  var hasWork: Bool { ordinary > 0 || mayRunLong }

  private var ordinary: Int { server.count + people.count }

  private var mayRunLong: Bool { !long.isEmpty && longRunning < longRunningMax }

  mutating func add(_ request: Request) -> Verdict {
    let verdict = admit(request)
    if case .accepted = verdict {} else { refused += 1 }
    return verdict
  }

  private mutating func admit(_ request: Request) -> Verdict {
    switch request.turn {
    case .long(let person):
      guard long.count(of: person) < limits.longWaitingPerPersonMax else { return .personIsFull }
      guard long.count < limits.longWaitingMax else { return .isFull }
      long.append(request, for: person)
      return .accepted
    case .server:
      return admitOrdinary(beside: 0) { $0.server.append(request) }
    case .person(let person):
      return admitOrdinary(beside: people.count(of: person)) { $0.people.append(request, for: person) }
    }
  }

  /// When the queue is full, who has most in it makes room for those who have less.
  private mutating func admitOrdinary(beside own: Int, _ append: (inout Self) -> Void) -> Verdict {
    guard ordinary >= limits.waitingMax else {
      append(&self)
      return .accepted
    }
    guard let displaced = people.removeNewestOfMost(beyond: own + 1) else { return .isFull }
    append(&self)
    return .acceptedInsteadOf(displaced)
  }

  /// Takes the read whose turn it is. Who takes a long one calls `endLong` when it is done.
  mutating func next() -> Request? {
    if mayRunLong, ordinary == 0 || passed >= Self.passedMax {
      passed = 0
      longRunning += 1
      return long.pop()?.element
    }
    guard let request = nextOrdinary() else { return nil }
    passed = mayRunLong ? passed + 1 : 0
    return request
  }

  private mutating func nextOrdinary() -> Request? {
    if people.isEmpty || !wasServer, let request = server.pop() {
      wasServer = true
      return request
    }
    wasServer = false
    return people.pop()?.element
  }

  /// Notes that a long read is done.
  mutating func endLong() { longRunning -= 1 }

  /// Takes out what has waited since before a moment.
  mutating func expire(before moment: ContinuousClock.Instant) -> [Request] {
    var expired: [Request] = []
    while let oldest = server.first, oldest.since < moment, let request = server.pop() { expired.append(request) }
    expired += people.removeOldest { $0.since < moment } + long.removeOldest { $0.since < moment }
    refused += UInt64(expired.count)
    return expired
  }
}
