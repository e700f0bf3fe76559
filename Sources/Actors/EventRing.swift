import Storage

/// The most recent events of a workspace, encoded, bounded in number and bytes. Reconnecting clients whose cursor is
/// still in it are served from memory.
struct EventRing {
  private var events: [EncodedEvent] = []
  private var head = 0
  private var bytes = 0
  private let eventsMax: Int
  private let bytesMax: Int
  /// Whether the ring holds the workspace's log from its very first event.
  private(set) var isWhole: Bool

  init(eventsMax: Int, bytesMax: Int, isWhole: Bool) {
    self.eventsMax = max(1, eventsMax)
    self.bytesMax = bytesMax
    self.isWhole = isWhole
  }

  /// Events held.
  var count: Int { events.count - head }

  /// Adds the newest event and lets the oldest go when a bound is passed.
  mutating func append(_ event: EncodedEvent) {
    events.append(event)
    bytes += event.byteCount
    while count > eventsMax || (bytes > bytesMax && count > 1) {
      bytes -= events[head].byteCount
      head += 1
      isWhole = false
    }
    // Compaction costs as many moves as it frees, so each event is moved about once.
    if head > eventsMax {
      events.removeFirst(head)
      head = 0
    }
  }

  /// Index of the first event after a cursor that is in the ring; nil when the cursor is not in it.
  /// The empty cursor stands before the first event ever, so it is known only while the ring is whole.
  func start(after cursor: Cursor) -> Int? {
    if cursor.isEmpty { return isWhole ? head : nil }
    var low = head
    var high = events.count
    while low < high {
      let middle = (low + high) / 2
      if events[middle].event.cursor < cursor { low = middle + 1 } else { high = middle }
    }
    guard low < events.count, events[low].event.cursor == cursor else { return nil }
    return low + 1
  }

  /// Calls `body` for each event from an index on, with the event encoded for `format`.
  mutating func forEach(
    from start: Int, as format: WireFormat, _ encoder: any EventEncoder, _ body: (EncodedEvent) -> Void
  ) {
    for index in start..<events.count {
      if events[index].frame(format) == nil {
        bytes -= events[index].byteCount
        events[index].prepare(format, encoder)
        bytes += events[index].byteCount
      }
      body(events[index])
    }
  }

  /// Whether any event from an index on satisfies a condition.
  func contains(from start: Int, where condition: (Event) -> Bool) -> Bool {
    events[start...].contains { condition($0.event) }
  }
}
