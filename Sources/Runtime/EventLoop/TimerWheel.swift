import CLibUV

// Loop-confined like everything it links.
/// A hashed wheel of coarse timers, driven by one libuv timer that ticks only while a timer is scheduled.
///
/// Timers hang in doubly linked lists, one per slot. A timer whose deadline was pushed back is found in its old slot,
/// and only then moved to the slot of its deadline.
final class TimerWheel {
  static let tickMilliseconds: UInt64 = 50
  static let slotCount = 1024
  static let delayMillisecondsMax: UInt64 = 1 << 40
  static let unlinked: Int32 = -1
  /// The list of the timers that are being fired, beside the slots.
  private static let firing = Int32(slotCount)

  private let loop: UnsafeMutablePointer<uv_loop_t>
  private let ticker: UnsafeMutablePointer<uv_timer_t>
  private let heads: UnsafeMutablePointer<Unmanaged<CoarseTimer>?>
  private var lastTick: UInt64 = 0
  private var isClosed = false
  /// Number of scheduled timers.
  private(set) var count = 0

  init(loop: UnsafeMutablePointer<uv_loop_t>) {
    self.loop = loop
    ticker = .allocate(capacity: 1)
    heads = .allocate(capacity: Self.slotCount + 1)
    heads.initialize(repeating: nil, count: Self.slotCount + 1)
    uv_timer_init(loop, ticker)
    ticker.pointee.data = Unmanaged.passUnretained(self).toOpaque()
  }

  deinit {
    heads.deallocate()
  }

  func schedule(_ timer: CoarseTimer, at deadline: UInt64) {
    guard !isClosed else { return }
    timer.deadlineMilliseconds = deadline
    if timer.slot != Self.unlinked {
      // The wheel looks at it before the new deadline anyway: it will move it then.
      if timer.slot != Self.firing, timer.visitTick <= Self.tick(of: deadline) { return }
      unlink(timer)
      link(timer)
      return
    }
    if count == 0 { start() }
    count += 1
    _ = Unmanaged.passRetained(timer)
    link(timer)
  }

  func cancel(_ timer: CoarseTimer) {
    guard timer.slot != Self.unlinked else { return }
    unlink(timer)
    forget(timer)
  }

  /// Drops all timers without running them. The wheel cannot be used afterwards.
  func close() {
    guard !isClosed else { return }
    isClosed = true
    for slot in 0...Self.slotCount {
      while let timer = heads[slot] { cancel(timer.takeUnretainedValue()) }
    }
    UVHandle.closeAndFree(ticker)
  }

  private static func tick(of deadline: UInt64) -> UInt64 {
    (deadline + tickMilliseconds - 1) / tickMilliseconds
  }

  private func start() {
    lastTick = uv_now(loop) / Self.tickMilliseconds
    uv_timer_start(
      ticker,
      { handle in
        guard let data = handle?.pointee.data else { return }
        Unmanaged<TimerWheel>.fromOpaque(data).takeUnretainedValue().advance()
      }, Self.tickMilliseconds, Self.tickMilliseconds)
  }

  private func advance() {
    let now = uv_now(loop)
    let tick = now / Self.tickMilliseconds
    // After a long stall one lap visits every slot.
    let steps = min(tick - lastTick, UInt64(Self.slotCount))
    lastTick = tick
    for step in 0..<steps { visit(slot: Int32((tick - step) % UInt64(Self.slotCount)), atTick: tick) }
    fireDue(now: now)
  }

  /// Takes the timers out of a slot: into the list to fire if they are due, else into the slot of their deadline.
  private func visit(slot: Int32, atTick tick: UInt64) {
    var cursor = heads[Int(slot)]
    while let current = cursor {
      let timer = current.takeUnretainedValue()
      cursor = timer.next
      guard timer.visitTick <= tick else { continue }
      unlink(timer)
      if Self.tick(of: timer.deadlineMilliseconds) <= tick {
        insert(timer, into: Self.firing)
      } else {
        link(timer)
      }
    }
  }

  /// Runs the bodies one by one; a body may schedule and cancel any timer, also those still in the list.
  private func fireDue(now: UInt64) {
    while let first = heads[Int(Self.firing)] {
      let timer = first.takeUnretainedValue()
      unlink(timer)
      forget(timer)
      timer.body()
    }
  }

  private func forget(_ timer: CoarseTimer) {
    count -= 1
    if count == 0, !isClosed { uv_timer_stop(ticker) }
    Unmanaged.passUnretained(timer).release()
  }

  private func link(_ timer: CoarseTimer) {
    let horizon = lastTick + UInt64(Self.slotCount) - 1
    let tick = min(max(Self.tick(of: timer.deadlineMilliseconds), lastTick + 1), horizon)
    timer.visitTick = tick
    insert(timer, into: Int32(tick % UInt64(Self.slotCount)))
  }

  private func insert(_ timer: CoarseTimer, into slot: Int32) {
    let head = heads[Int(slot)]
    timer.slot = slot
    timer.previous = nil
    timer.next = head
    head?.takeUnretainedValue().previous = Unmanaged.passUnretained(timer)
    heads[Int(slot)] = Unmanaged.passUnretained(timer)
  }

  private func unlink(_ timer: CoarseTimer) {
    if let previous = timer.previous {
      previous.takeUnretainedValue().next = timer.next
    } else {
      heads[Int(timer.slot)] = timer.next
    }
    timer.next?.takeUnretainedValue().previous = timer.previous
    timer.next = nil
    timer.previous = nil
    timer.slot = Self.unlinked
  }
}
