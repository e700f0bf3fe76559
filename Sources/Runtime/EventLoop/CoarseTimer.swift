// Unchecked: every variable is touched on the loop's thread only; the class is Sendable so that an actor pinned to that
// loop can hold it.
/// A timer for timeouts: never early, late by at most about one tick of the wheel (50 ms).
///
/// Re-arming with a later deadline stores a number and nothing else, so a connection can push its idle timeout back
/// with every byte. While it is scheduled the loop retains it, and with it whatever the body captured: cancel it when
/// its owner goes away. The methods must be called on the timer's loop.
public final class CoarseTimer: @unchecked Sendable {
  let loop: EventLoop
  let body: @Sendable () -> Void
  /// When the body is due, in the loop's milliseconds.
  var deadlineMilliseconds: UInt64 = 0
  /// The tick at which the wheel looks at the timer; meaningful while linked.
  var visitTick: UInt64 = 0
  var slot: Int32 = TimerWheel.unlinked
  var next: Unmanaged<CoarseTimer>?
  var previous: Unmanaged<CoarseTimer>?

  init(loop: EventLoop, body: @escaping @Sendable () -> Void) {
    self.loop = loop
    self.body = body
  }

  /// Whether the body is due to run.
  public var isScheduled: Bool { slot != TimerWheel.unlinked }

  /// Runs the body once after the given time, instead of any time set before.
  public func schedule(afterMilliseconds: UInt64) {
    loop.preconditionInEventLoop()
    loop.wheel.schedule(self, at: loop.nowMilliseconds &+ min(afterMilliseconds, TimerWheel.delayMillisecondsMax))
  }

  /// Forgets the deadline; the body does not run.
  public func cancel() {
    loop.preconditionInEventLoop()
    loop.wheel.cancel(self)
  }
}
