/// The newest part of a workspace's events, in the order in which its first reader saw them.
///
/// Every subscriber and the durable log are readers of it. Whoever is first at the end lays down what comes next, and all
/// others must agree, so that days of events can be verified in the memory of those that some reader still lacks.
struct EventLog {
  /// Events kept although every reader has passed them, so that duplicates of them are known.
  static let keptBehind: UInt64 = 4096
  /// Events remembered in all; when more are needed, some reader has stood still for too long.
  static let eventsMax = 2_000_000

  private var base: UInt64 = 0
  private var hashes: [UInt64] = []
  private var cursors: [String] = []
  private var places: [UInt64: UInt64] = [:]

  /// The place after the last event.
  var end: UInt64 { base + UInt64(hashes.count) }

  /// A number for a cursor: FNV-1a, of which two in a window collide with a probability below one in a million.
  @inline(__always)
  static func hash(_ cursor: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in cursor { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return hash
  }

  @inline(__always)
  func holds(_ hash: UInt64, at place: UInt64) -> Bool {
    place >= base && place < end && hashes[Int(place - base)] == hash
  }

  func place(of hash: UInt64) -> UInt64? { places[hash] }

  /// The cursor of the last event before a place; nil when there is none or it is not kept any more.
  func cursor(before place: UInt64) -> String? {
    place > base && place <= end ? cursors[Int(place - base) - 1] : nil
  }

  mutating func append(_ hash: UInt64, _ cursor: UnsafeBufferPointer<UInt8>) {
    places[hash] = end
    hashes.append(hash)
    cursors.append(String(decoding: cursor, as: UTF8.self))
  }

  /// Forgets what all readers have passed, up to what is kept for duplicates.
  mutating func trim(allHavePassed place: UInt64) {
    guard place > base + 2 * Self.keptBehind || hashes.count > Self.eventsMax else { return }
    let upTo = hashes.count > Self.eventsMax ? end - UInt64(Self.eventsMax) / 2 : place - Self.keptBehind
    let count = Int(upTo - base)
    for hash in hashes[..<count] { places[hash] = nil }
    hashes.removeFirst(count)
    cursors.removeFirst(count)
    base = upTo
  }
}

/// One reader of an `EventLog`: must get each event once and in order, over all its connections.
struct EventLogReader {
  /// Skipped events remembered, in case they come later; further ones are missing for good.
  static let gapsMax = 10_000

  /// The place of the event that must come next.
  private(set) var position: UInt64 = 0
  private(set) var duplicates: UInt64 = 0
  private(set) var reordered: UInt64 = 0
  private var forgotten: UInt64 = 0
  private var gaps: Set<UInt64>?

  /// Events that were skipped and have not come since, and all that should still come.
  func missing(of log: EventLog) -> UInt64 {
    forgotten + UInt64(gaps?.count ?? 0) + (log.end > position ? log.end - position : 0)
  }

  /// Skipped events that have not come since.
  var skipped: UInt64 { forgotten + UInt64(gaps?.count ?? 0) }

  @inline(__always)
  mutating func receive(_ cursor: UnsafeBufferPointer<UInt8>, _ log: inout EventLog) {
    let hash = EventLog.hash(cursor)
    if log.holds(hash, at: position) {
      position += 1
    } else {
      receiveUnexpected(hash, cursor, &log)
    }
  }

  @inline(never)
  private mutating func receiveUnexpected(
    _ hash: UInt64, _ cursor: UnsafeBufferPointer<UInt8>, _ log: inout EventLog
  ) {
    guard let place = log.place(of: hash) else {
      // New to all. Only a reader that has all the others have may say what comes next.
      if position < log.end { skip(to: log.end) }
      log.append(hash, cursor)
      position = log.end
      return
    }
    if place > position {
      skip(to: place)
      position = place + 1
    } else if gaps?.remove(place) != nil {
      reordered += 1
    } else {
      duplicates += 1
    }
  }

  private mutating func skip(to place: UInt64) {
    var open = gaps ?? []
    let remembered = min(place - position, UInt64(max(0, Self.gapsMax - open.count)))
    open.formUnion(position..<(position + remembered))
    forgotten += place - position - remembered
    gaps = open
  }
}
