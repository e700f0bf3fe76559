/// Verifies as it goes that every subscriber gets each event of its workspace once and in order, over reconnects.
struct LogSink: FrameSink {
  /// Publications whose moment is remembered, for the latency of their deliveries.
  private static let ring = 1 << 16

  private var cursor = TextField(marker: "\"cursor\":\"")
  private var correlation = NumberField(marker: "\"correlation_id\":\"\(DeliverySink.correlationPrefix)")
  private var published = [(number: UInt64, at: UInt64)](repeating: (0, 0), count: ring)
  private(set) var logs: [EventLog]
  private(set) var subscribers: [EventLogReader]
  /// When each subscriber's connection was asked for: what was published before it was not late, but missed.
  var connectedAt: [UInt64]
  private(set) var deliveries: UInt64 = 0
  private(set) var ephemeral: UInt64 = 0
  private(set) var histogram = Histogram()
  /// Latencies since whoever reads this has reset it.
  var recent = Histogram()

  init(topics: Int, subscribers count: Int) {
    logs = Array(repeating: EventLog(), count: topics)
    subscribers = Array(repeating: EventLogReader(), count: count)
    connectedAt = Array(repeating: 0, count: count)
  }

  mutating func note(publication number: Int, at moment: UInt64) {
    published[number % Self.ring] = (UInt64(number), moment)
  }

  mutating func receive(_ payload: UnsafePointer<UInt8>, count: Int, subscriber: Int, topic: Int, now: UInt64) {
    let found = cursor.find(in: payload, count: count)
    guard !found.isEmpty else {
      ephemeral += 1
      return
    }
    deliveries += 1
    subscribers[subscriber].receive(found, &logs[topic])
    guard let number = correlation.find(in: payload, count: count) else { return }
    let publication = published[Int(number % UInt64(Self.ring))]
    guard publication.number == number, publication.at > connectedAt[subscriber], now > publication.at else { return }
    histogram.record(now - publication.at)
    recent.record(now - publication.at)
  }

  /// Compares a page of the durable log with what subscribers got, and answers how many events were on it.
  mutating func read(page: [UInt8], topic: Int, by reader: inout EventLogReader) -> Int {
    var events = 0
    page.withUnsafeBufferPointer { page in
      guard var place = page.baseAddress else { return }
      let end = place + page.count
      while true {
        // A field of its own for each event: one that has learned an offset would pass over shorter events.
        var field = TextField(marker: "\"cursor\":\"")
        let found = field.find(in: place, count: end - place)
        guard let start = found.baseAddress, !found.isEmpty else { break }
        reader.receive(found, &logs[topic])
        events += 1
        place = start + found.count
      }
    }
    return events
  }

  mutating func trim(topic: Int, allHavePassed place: UInt64) {
    logs[topic].trim(allHavePassed: place)
  }
}
