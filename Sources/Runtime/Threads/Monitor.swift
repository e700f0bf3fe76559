import Glibc

// Unchecked: `state` is touched only while `mutex` is held.
/// State behind a mutex, with a condition to wait on for threads that sleep until there is work.
///
/// A POSIX mutex rather than `Synchronization.Mutex`, because ThreadSanitizer understands it: the slow path of the
/// latter is in the standard library, which is not instrumented, and every contended lock would look like a race.
final class Monitor<State>: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var state: State

  init(_ state: State) {
    self.state = state
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  func withLock<R, E: Error>(_ body: (inout State) throws(E) -> R) throws(E) -> R {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body(&state)
  }

  /// Sleeps until `body` returns a value; `body` runs under the mutex, at once and after every `signal` or `broadcast`.
  func wait<R>(until body: (inout State) -> R?) -> R {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while true {
      if let result = body(&state) { return result }
      pthread_cond_wait(condition, mutex)
    }
  }

  func signal() {
    pthread_cond_signal(condition)
  }

  func broadcast() {
    pthread_cond_broadcast(condition)
  }
}
