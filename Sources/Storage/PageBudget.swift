/// Keeps a page within a number of bytes while it is written in ascending order: the messages that are farthest from
/// the position that the page is about are left out.
struct PageBudget {
  private struct Entry {
    let seq: Int64
    let start: Int
  }

  // Messages up to this position are the older side, of which the last ones stay; of the others the first ones do.
  private let pivot: Int64
  private let olderMax: Int
  private let newerMax: Int
  private let start: Int
  private var entries: [Entry] = []
  private var head = 0
  private var newerStart: Int?
  private var isFull = false

  /// - Parameter start: Where the first message will begin.
  init(_ window: MessagePages.Window, bytesMax: Int, start: Int) {
    self.start = start
    switch window {
    case .latest, .before: (pivot, olderMax, newerMax) = (.max, bytesMax, 0)
    case .after: (pivot, olderMax, newerMax) = (.min, 0, bytesMax)
    case .around(let seq): (pivot, olderMax, newerMax) = (seq, bytesMax / 2, bytesMax / 2)
    }
  }

  /// Whether the next message still fits.
  func takes(_ seq: Int64) -> Bool { seq <= pivot || !isFull }

  /// A message is about to be written.
  mutating func begin(_ seq: Int64, at start: Int) {
    entries.append(Entry(seq: seq, start: start))
    if seq > pivot, newerStart == nil { newerStart = start }
  }

  /// The message was written: lets older ones go that are too much.
  mutating func end(_ json: inout JSONWriter) {
    if let newerStart {
      isFull = json.bytes.count - newerStart >= newerMax
      return
    }
    while head < entries.count - 1, json.bytes.count - entries[head].start > olderMax { head += 1 }
    // What is left out is moved away in large steps: the page takes about twice its bytes meanwhile.
    if entries[head].start - start > olderMax { compact(&json) }
  }

  /// The positions that the page has in the end; nil when it is empty.
  mutating func finish(_ json: inout JSONWriter) -> ClosedRange<Int64>? {
    compact(&json)
    guard let first = entries.first, let last = entries.last else { return nil }
    return first.seq...last.seq
  }

  private mutating func compact(_ json: inout JSONWriter) {
    guard head > 0 else { return }
    let removed = entries[head].start + 1 - start
    json.removeElements(from: start, upTo: entries[head].start)
    entries.removeFirst(head)
    head = 0
    // The comma of the first one went, too.
    entries = entries.enumerated().map { index, entry in
      Entry(seq: entry.seq, start: index == 0 ? start : entry.start - removed)
    }
    newerStart = newerStart.map { $0 - removed }
  }
}
