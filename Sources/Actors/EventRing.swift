import Storage

/// The most recent events of a workspace, encoded, bounded in number and bytes. Reconnecting clients whose cursor is
/// still in it are served from memory.
struct EventRing {
  // A circular buffer that grows up to the bound; what is let go leaves an empty slot, and its memory, at once.
  private var slots: [EncodedEvent?] = []
  private var head = 0
  private static let slotsMin = 16
  private let eventsMax: Int
  private let bytesMax: Int
  /// Bytes held, about.
  private(set) var bytes = 0
  /// Events held.
  private(set) var count = 0
  /// Whether the ring holds the workspace's log from its very first event.
  private(set) var isWhole: Bool

  init(eventsMax: Int, bytesMax: Int, isWhole: Bool) {
    self.eventsMax = max(1, eventsMax)
    self.bytesMax = bytesMax
    self.isWhole = isWhole
  }

  /// Adds the newest event and lets the oldest go when a bound is passed.
  mutating func append(_ event: EncodedEvent) {
    if count == eventsMax { removeOldest() }
    if count == slots.count { resize(max(Self.slotsMin, slots.count * 2)) }
    slots[slot(count)] = event
    count += 1
    bytes += event.byteCount
    keep(bytes: bytesMax)
  }

  /// Lets the oldest events go until so many bytes are left at most, or the newest event.
  mutating func keep(bytes most: Int) {
    while bytes > most, count > 1 { removeOldest() }
  }

  /// Does the same for good: gives back the room for as many events as there were.
  mutating func shrink(toBytes most: Int) {
    keep(bytes: most)
    resize(max(Self.slotsMin, count))
  }

  /// Position of the first event after a cursor that is in the ring; nil when the cursor is not in it.
  /// The empty cursor stands before the first event ever, so it is known only while the ring is whole.
  func start(after cursor: Cursor) -> Int? {
    if cursor.isEmpty { return isWhole ? 0 : nil }
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if let held = slots[slot(middle)], held.event.cursor < cursor { low = middle + 1 } else { high = middle }
    }
    guard low < count, slots[slot(low)]?.event.cursor == cursor else { return nil }
    return low + 1
  }

  /// Calls `body` for each event from a position on, with the event encoded for `format`.
  mutating func forEach(
    from start: Int, as format: WireFormat, _ encoder: any EventEncoder, _ body: (EncodedEvent) -> Void
  ) {
    for position in start..<count {
      let index = slot(position)
      guard var event = slots[index] else { continue }
      if event.frame(format) == nil {
        bytes -= event.byteCount
        event.prepare(format, encoder)
        bytes += event.byteCount
        slots[index] = event
      }
      body(event)
    }
    keep(bytes: bytesMax)
  }

  /// Whether any event from a position on satisfies a condition.
  func contains(from start: Int, where condition: (Event) -> Bool) -> Bool {
    (start..<count).contains { slots[slot($0)].map { condition($0.event) } ?? false }
  }

  /// Where the event at a position, counted from the oldest, lies.
  private func slot(_ position: Int) -> Int {
    let index = head + position
    return index < slots.count ? index : index - slots.count
  }

  private mutating func removeOldest() {
    bytes -= slots[head]?.byteCount ?? 0
    slots[head] = nil
    head = slot(1)
    count -= 1
    isWhole = false
  }

  private mutating func resize(_ wanted: Int) {
    let capacity = min(eventsMax, wanted)
    guard capacity != slots.count else { return }
    let held = (0..<count).map { slots[slot($0)] }
    slots = held + [EncodedEvent?](repeating: nil, count: capacity - held.count)
    head = 0
  }
}
