import Glibc

/// Carries finished log lines to a descriptor on a thread of its own, so that a slow or stuck reader of the log never
/// stops an event loop.
///
/// `enqueue` may be called from any thread; it takes a mutex for the time of one copy. When `bytesMax` bytes wait, further
/// lines are dropped whole and counted, and the count is written as a line as soon as there is room.
///
/// `@unchecked Sendable` is safe because every stored variable is read and written only while `mutex` is held; the
/// mutex and the condition variables are allocated once and stay at their address until `deinit`.
public final class LogQueue: @unchecked Sendable {
  /// How many bytes wait at most unless told otherwise.
  public static let bytesMaxDefault = 1024 * 1024

  private let descriptor: Int32
  private let bytesMax: Int
  private let droppedLine: @Sendable (_ count: UInt64) -> [UInt8]
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let wake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let drained = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var thread = pthread_t()
  private var waiting: [UInt8] = []
  private var isWriting = false
  private var isClosed = false
  private var droppedUnreported: UInt64 = 0
  private var droppedTotal: UInt64 = 0

  /// Starts the writing thread.
  ///
  /// - Parameters:
  ///   - descriptor: an open descriptor, usually standard error; it is not closed by the queue.
  ///   - bytesMax: how many bytes may wait.
  ///   - droppedLine: renders the line that reports how many lines were dropped since the last report.
  /// - Throws: `SystemError` if no thread can be started.
  public init(
    descriptor: Int32, bytesMax: Int = LogQueue.bytesMaxDefault,
    droppedLine: @escaping @Sendable (_ count: UInt64) -> [UInt8]
  ) throws(SystemError) {
    self.descriptor = descriptor
    self.bytesMax = bytesMax
    self.droppedLine = droppedLine
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(wake, nil)
    pthread_cond_init(drained, nil)
    try startThread()
  }

  deinit {
    pthread_cond_destroy(drained)
    pthread_cond_destroy(wake)
    pthread_mutex_destroy(mutex)
    drained.deallocate()
    wake.deallocate()
    mutex.deallocate()
  }

  /// Queues one line; drops it if the queue is full or closed. Never waits for the descriptor.
  public func enqueue(_ line: [UInt8]) {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    if waiting.isEmpty { pthread_cond_signal(wake) }
    guard !isClosed, waiting.count + line.count <= bytesMax else {
      droppedUnreported += 1
      droppedTotal += 1
      return
    }
    waiting.append(contentsOf: line)
  }

  /// How many lines were dropped since the start.
  public var droppedCount: UInt64 {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return droppedTotal
  }

  /// Waits until every queued line is written, at most `timeoutMilliseconds`. Blocks: for the end of a process.
  ///
  /// - Returns: whether everything was written in time.
  @discardableResult
  public func flush(timeoutMilliseconds: Int) -> Bool {
    var deadline = timespec()
    clock_gettime(CLOCK_REALTIME, &deadline)
    deadline.tv_sec += timeoutMilliseconds / 1000
    deadline.tv_nsec += timeoutMilliseconds % 1000 * 1_000_000
    if deadline.tv_nsec >= 1_000_000_000 {
      deadline.tv_nsec -= 1_000_000_000
      deadline.tv_sec += 1
    }
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while isBusy {
      if pthread_cond_timedwait(drained, mutex, &deadline) == ETIMEDOUT { return !isBusy }
    }
    return true
  }

  /// Writes what is queued, ends the thread and waits for it. Later lines are dropped. Blocks; call it once.
  public func close() {
    pthread_mutex_lock(mutex)
    isClosed = true
    pthread_cond_signal(wake)
    pthread_mutex_unlock(mutex)
    Thread.join(thread)
  }

  private var isBusy: Bool { isWriting || !waiting.isEmpty || (droppedUnreported > 0 && !isClosed) }

  private func startThread() throws(SystemError) {
    // The new thread inherits the mask: signals belong to the threads that handle them, not to this one.
    var all = sigset_t()
    var previous = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &previous)
    defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }
    thread = try Thread.start(name: "log") { self.run() }
  }

  private static let gatherMicroseconds: UInt32 = 5_000

  private func run() {
    var batch: [UInt8] = []
    while takeBatch(&batch) {
      write(batch)
      batch.removeAll(keepingCapacity: true)
      // Lines gather meanwhile: waking this thread for each would cost every request a system call.
      usleep(Self.gatherMicroseconds)
    }
  }

  /// Waits for lines and swaps them out; false when closed and empty.
  private func takeBatch(_ batch: inout [UInt8]) -> Bool {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    isWriting = false
    if !isBusy { pthread_cond_broadcast(drained) }
    while !isBusy && !isClosed { pthread_cond_wait(wake, mutex) }
    swap(&batch, &waiting)
    if droppedUnreported > 0 {
      batch.append(contentsOf: droppedLine(droppedUnreported))
      droppedUnreported = 0
    }
    isWriting = !batch.isEmpty
    return !batch.isEmpty
  }

  /// A descriptor that fails for good (closed pipe, full disk) loses the batch: there is nowhere left to report it.
  private func write(_ batch: [UInt8]) {
    batch.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count >= 0 {
          rest = rest.dropFirst(count)
        } else if errno == EAGAIN {
          var poller = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          poll(&poller, 1, -1)
        } else if errno != EINTR {
          return
        }
      }
    }
  }
}
