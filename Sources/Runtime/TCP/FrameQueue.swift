import Glibc

/// The frames a connection still has to send: the first in place, the others in a ring.
///
/// Most turns write one frame to a connection. It stays within the connection's own memory then: a broadcast would wait
/// for each ring to be fetched. The ring's memory is created with the second frame, kept while it is small and given
/// back after a large backlog has been sent.
struct FrameQueue {
  private static let capacityMin: Int32 = 4
  private static let retainedCapacityMax: Int32 = 64

  /// The first frame; nil when the queue is empty.
  private var front: Unmanaged<Frame>?
  /// Bytes of the first frame that have been sent.
  private var sentOfFirst = 0
  private var ring: UnsafeMutablePointer<Unmanaged<Frame>>?
  private var capacity: Int32 = 0
  private var head: Int32 = 0
  /// Frames in the ring.
  private var behind: Int32 = 0

  var isEmpty: Bool { front == nil }
  var count: Int32 { front == nil ? 0 : behind &+ 1 }

  mutating func append(_ frame: Frame) {
    let retained = Unmanaged.passRetained(frame)
    if front == nil {
      front = retained
      return
    }
    if behind == capacity { grow() }
    guard let ring else { return }
    (ring + Int((head &+ behind) & (capacity &- 1))).initialize(to: retained)
    behind &+= 1
  }

  /// The unsent bytes of the first frame.
  var first: UnsafeRawBufferPointer {
    guard let front else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    return front._withUnsafeGuaranteedRef { frame in
      UnsafeRawBufferPointer(start: frame.base + sentOfFirst, count: frame.count - sentOfFirst)
    }
  }

  /// Fills `list` with the unsent bytes of the first frames; returns how many entries and bytes it wrote.
  func gather(into list: UnsafeMutablePointer<iovec>, max: Int) -> (entries: Int, bytes: Int) {
    guard !isEmpty, max > 0 else { return (0, 0) }
    let first = first
    list[0] = iovec(iov_base: UnsafeMutableRawPointer(mutating: first.baseAddress), iov_len: first.count)
    var bytes = first.count
    let entries = min(Int(count), max)
    guard let ring else { return (1, bytes) }
    for entry in 1..<entries {
      ring[Int((head &+ Int32(entry - 1)) & (capacity &- 1))]._withUnsafeGuaranteedRef { frame in
        list[entry] = iovec(iov_base: UnsafeMutableRawPointer(mutating: frame.base), iov_len: frame.count)
        bytes += frame.count
      }
    }
    return (entries, bytes)
  }

  /// Removes the first `bytes` bytes.
  mutating func consume(_ bytes: Int) {
    var left = bytes + sentOfFirst
    while let frame = front {
      let size = frame._withUnsafeGuaranteedRef { $0.count }
      if left < size { break }
      left -= size
      front = takeFromRing()
      frame.release()
    }
    sentOfFirst = left
  }

  private mutating func takeFromRing() -> Unmanaged<Frame>? {
    guard behind > 0, let ring else { return nil }
    defer {
      head = (head &+ 1) & (capacity &- 1)
      behind &-= 1
    }
    return ring[Int(head)]
  }

  /// Gives memory back when the queue is empty and had grown large.
  mutating func shrinkIfLarge() {
    if isEmpty, capacity > Self.retainedCapacityMax { removeAll() }
  }

  /// Releases the frames of which nothing has been sent.
  /// - Returns: How many bytes they had.
  mutating func removeUnbegun() -> Int {
    guard let begun = front, sentOfFirst > 0 else {
      let bytes = bytes
      removeAll()
      return bytes
    }
    let sent = sentOfFirst
    let bytes = bytes - (begun._withUnsafeGuaranteedRef { $0.count } - sent)
    front = takeFromRing()
    sentOfFirst = 0
    removeAll()
    front = begun
    sentOfFirst = sent
    return bytes
  }

  /// Bytes that have not been sent.
  private var bytes: Int {
    guard let ring else { return first.count }
    return (0..<behind).reduce(first.count) { sum, offset in
      sum + ring[Int((head &+ offset) & (capacity &- 1))]._withUnsafeGuaranteedRef { $0.count }
    }
  }

  /// Releases all frames and the memory.
  mutating func removeAll() {
    while let frame = front {
      front = takeFromRing()
      frame.release()
    }
    ring?.deallocate()
    self = FrameQueue()
  }

  private mutating func grow() {
    let newCapacity = max(Self.capacityMin, capacity * 2)
    let newRing = UnsafeMutablePointer<Unmanaged<Frame>>.allocate(capacity: Int(newCapacity))
    if let ring {
      for offset in 0..<behind {
        (newRing + Int(offset)).initialize(to: ring[Int((head &+ offset) & (capacity &- 1))])
      }
      ring.deallocate()
    }
    ring = newRing
    capacity = newCapacity
    head = 0
  }
}
