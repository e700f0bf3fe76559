import CEpoll
import Glibc

/// An epoll instance, level-triggered, with one 64-bit tag per descriptor. Used on the thread that made it.
final class Poller {
  static let readable = EPOLLIN.rawValue
  static let writable = EPOLLOUT.rawValue
  private static let eventsMax = 1024

  private let descriptor: Int32
  private let events: UnsafeMutablePointer<epoll_event>

  init() throws {
    descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
    guard descriptor >= 0 else { throw BenchmarkError("cannot make an epoll: \(Socket.reason(errno))") }
    events = .allocate(capacity: Self.eventsMax)
  }

  deinit {
    close(descriptor)
    events.deallocate()
  }

  func add(_ socket: Int32, tag: UInt64, interest: UInt32) {
    control(EPOLL_CTL_ADD, socket, tag, interest)
  }

  func modify(_ socket: Int32, tag: UInt64, interest: UInt32) {
    control(EPOLL_CTL_MOD, socket, tag, interest)
  }

  /// Waits at most `nanoseconds` and answers the number of events to read with `event(at:)`.
  func wait(nanoseconds: UInt64) -> Int {
    let limit = min(nanoseconds, 1_000_000_000)
    var timeout = timespec(tv_sec: Int(limit / 1_000_000_000), tv_nsec: Int(limit % 1_000_000_000))
    return max(0, Int(epoll_pwait2(descriptor, events, Int32(Self.eventsMax), &timeout, nil)))
  }

  @inline(__always)
  func event(at index: Int) -> (tag: UInt64, isWritable: Bool, isReadable: Bool) {
    let event = events[index]
    // Errors and hang-ups count as readable: the read that follows reports them.
    return (event.data.u64, event.events & Self.writable != 0, event.events & ~Self.writable != 0)
  }

  private func control(_ operation: Int32, _ socket: Int32, _ tag: UInt64, _ interest: UInt32) {
    var event = epoll_event()
    event.events = interest
    event.data.u64 = tag
    epoll_ctl(descriptor, operation, socket, &event)
  }
}

extension Poller {
  /// Waits once, and lets subscribers and requests of the same loop handle what happened.
  func turn<Sink: FrameSink>(
    _ sockets: SubscriberSet<Sink>, _ pool: HTTPPool, timeout: UInt64 = 20_000_000
  ) {
    for index in 0..<wait(nanoseconds: timeout) {
      let event = event(at: index)
      let now = Clock.now()
      if event.tag >= HTTPPool.tagBase {
        pool.handle(tag: event.tag, isWritable: event.isWritable, isReadable: event.isReadable, now: now)
      } else {
        sockets.handle(Int(event.tag), isWritable: event.isWritable, isReadable: event.isReadable, now: now)
      }
    }
  }
}
