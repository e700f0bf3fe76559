import Glibc

/// The frames a connection still has to send: a ring whose memory is created with the first frame, kept while it is
/// small and given back after a large backlog has been sent.
struct FrameQueue {
  private static let capacityMin: Int32 = 4
  private static let retainedCapacityMax: Int32 = 64

  private var ring: UnsafeMutablePointer<Unmanaged<Frame>>?
  private var capacity: Int32 = 0
  private var head: Int32 = 0
  private(set) var count: Int32 = 0
  /// Bytes of the first frame that have been sent.
  private var sentOfFirst = 0

  var isEmpty: Bool { count == 0 }

  mutating func append(_ frame: Frame) {
    if count == capacity { grow() }
    guard let ring else { return }
    (ring + Int((head &+ count) & (capacity &- 1))).initialize(to: Unmanaged.passRetained(frame))
    count &+= 1
  }

  /// The unsent bytes of the first frame.
  var first: UnsafeRawBufferPointer {
    guard let ring, count > 0 else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    return ring[Int(head)]._withUnsafeGuaranteedRef { frame in
      UnsafeRawBufferPointer(start: frame.base + sentOfFirst, count: frame.count - sentOfFirst)
    }
  }

  /// Fills `list` with the unsent bytes of the first frames; returns how many entries and bytes it wrote.
  func gather(into list: UnsafeMutablePointer<iovec>, max: Int) -> (entries: Int, bytes: Int) {
    guard let ring else { return (0, 0) }
    let entries = min(Int(count), max)
    var bytes = 0
    var skipped = sentOfFirst
    for entry in 0..<entries {
      ring[Int((head &+ Int32(entry)) & (capacity &- 1))]._withUnsafeGuaranteedRef { frame in
        list[entry].iov_base = UnsafeMutableRawPointer(mutating: frame.base + skipped)
        list[entry].iov_len = frame.count - skipped
        bytes += frame.count - skipped
      }
      skipped = 0
    }
    return (entries, bytes)
  }

  /// Removes the first `bytes` bytes.
  mutating func consume(_ bytes: Int) {
    guard let ring else { return }
    var left = bytes + sentOfFirst
    while count > 0 {
      let frame = ring[Int(head)]
      let size = frame._withUnsafeGuaranteedRef { $0.count }
      if left < size { break }
      left -= size
      frame.release()
      head = (head &+ 1) & (capacity &- 1)
      count &-= 1
    }
    sentOfFirst = left
  }

  /// Gives memory back when the queue is empty and had grown large.
  mutating func shrinkIfLarge() {
    if count == 0, capacity > Self.retainedCapacityMax { removeAll() }
  }

  /// Releases all frames and the memory.
  mutating func removeAll() {
    guard let ring else { return }
    for offset in 0..<count { ring[Int((head &+ offset) & (capacity &- 1))].release() }
    ring.deallocate()
    self = FrameQueue()
  }

  private mutating func grow() {
    let newCapacity = max(Self.capacityMin, capacity * 2)
    let newRing = UnsafeMutablePointer<Unmanaged<Frame>>.allocate(capacity: Int(newCapacity))
    if let ring {
      for offset in 0..<count {
        (newRing + Int(offset)).initialize(to: ring[Int((head &+ offset) & (capacity &- 1))])
      }
      ring.deallocate()
    }
    ring = newRing
    capacity = newCapacity
    head = 0
  }
}
