/// Notes the cursor of every durable event that each subscriber receives, to be compared with the server's durable log.
struct CursorSink: FrameSink {
  /// Events noted in all, over all subscribers; past it the run cannot be verified and says so.
  static let notedMax = 100_000_000

  private var cursor = TextField(marker: "\"cursor\":\"")
  private var correlation = NumberField(marker: "\"correlation_id\":\"\(DeliverySink.correlationPrefix)")
  private var numbers: [UInt64: UInt32] = [:]
  /// For each subscriber the events it received, in order, by the numbers that `number(of:)` gives.
  private(set) var received: [[UInt32]]
  /// When the subscriber's last durable event came.
  private(set) var lastAt: [UInt64]
  private(set) var noted = 0
  private(set) var ephemeral: UInt64 = 0
  private(set) var histogram = Histogram()
  /// When each publication left, by the number in its correlation id; empty when latency is not wanted.
  var publishedAt: [UInt64] = []

  init(subscribers: Int) {
    received = Array(repeating: [], count: subscribers)
    lastAt = Array(repeating: 0, count: subscribers)
  }

  mutating func receive(
    _ payload: UnsafePointer<UInt8>, count: Int, subscriber: Int, topic: Int, now: UInt64
  ) {
    let found = cursor.find(in: payload, count: count)
    guard !found.isEmpty, noted < Self.notedMax else {
      ephemeral += 1
      return
    }
    received[subscriber].append(number(of: found))
    lastAt[subscriber] = now
    noted += 1
    guard !publishedAt.isEmpty, let own = correlation.find(in: payload, count: count), own < publishedAt.count else {
      return
    }
    let published = publishedAt[Int(own)]
    if published != 0, now > published { histogram.record(now - published) }
  }

  /// A small number for a cursor, the same whenever the cursor is.
  mutating func number(of cursor: some Sequence<UInt8>) -> UInt32 {
    // FNV-1a; two of a few million cursors collide with a probability below one in a million.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in cursor { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    if let known = numbers[hash] { return known }
    let number = UInt32(numbers.count)
    numbers[hash] = number
    return number
  }

  /// Forgets what was received, before the subscribers connect again.
  mutating func forget() {
    for subscriber in received.indices {
      received[subscriber].removeAll(keepingCapacity: true)
      lastAt[subscriber] = 0
    }
    noted = 0
  }

  /// Compares what one subscriber received with what it should have.
  static func faults(received: [UInt32], expected: [UInt32]) -> Faults {
    var faults = Faults()
    guard received != expected else { return faults }
    let places = Dictionary(zip(expected, expected.indices), uniquingKeysWith: { first, _ in first })
    var seen: Set<UInt32> = []
    var last = -1
    for event in received {
      guard let place = places[event], seen.insert(event).inserted else {
        faults.duplicates += 1
        continue
      }
      if place < last { faults.reordered += 1 }
      last = max(last, place)
    }
    faults.missing = UInt64(expected.count - seen.count)
    return faults
  }
}

extension Faults {
  /// Adds the faults of one more subscriber.
  mutating func add(_ other: Faults) {
    missing += other.missing
    duplicates += other.duplicates
    reordered += other.reordered
    refused += other.refused
    lost += other.lost
    if note == nil { note = other.note }
  }
}
