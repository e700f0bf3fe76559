import Glibc

/// Ends this process when it gets no further for some time, also while it is stopped.
///
/// A command that reads the database beside a running server keeps the write-ahead log from being started over for as long
/// as it reads (sqlite.org/wal.html#avoiding_excessively_large_wal_files). Suspended at a terminal it would do so without
/// end, and the log would fill the disk. A stopped process runs no code of its own, so the kernel's timer sends SIGKILL
/// (timer_create(2)), which ends it all the same and with it its locks.
public final class StallDeadline {
  private let timer: timer_t?
  private let seconds: Int64

  /// Counts from now.
  /// - Parameter seconds: How long it may get no further.
  /// - Throws: `FileError` when the system has no timer left.
  public init(seconds: Int64) throws(FileError) {
    var event = sigevent()
    event.sigev_notify = Int32(SIGEV_SIGNAL)
    event.sigev_signo = SIGKILL
    var made: timer_t?
    guard timer_create(CLOCK_MONOTONIC, &event, &made) == 0 else { throw FileError("can't make a timer", errno) }
    timer = made
    self.seconds = max(1, seconds)
    extend()
  }

  deinit { timer_delete(timer) }

  /// It got further: counts from now.
  public func extend() {
    var time = itimerspec()
    time.it_value.tv_sec = time_t(seconds)
    timer_settime(timer, 0, &time, nil)
  }
}
