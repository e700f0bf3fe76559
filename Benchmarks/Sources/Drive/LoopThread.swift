import Glibc

/// A thread of its own for one generator loop.
struct LoopThread {
  private final class Body {
    let run: () -> Void
    init(_ run: @escaping () -> Void) { self.run = run }
  }

  private let handle: pthread_t

  /// Starts a thread; join it with `join`.
  init(_ run: sending @escaping () -> Void) throws {
    var handle = pthread_t()
    let body = Unmanaged.passRetained(Body(run))
    let failure = pthread_create(
      &handle, nil,
      { raw in
        guard let raw else { return nil }
        Unmanaged<Body>.fromOpaque(raw).takeRetainedValue().run()
        return nil
      }, body.toOpaque())
    guard failure == 0 else {
      body.release()
      throw BenchmarkError("cannot start a thread: \(Socket.reason(failure))")
    }
    self.handle = handle
  }

  func join() {
    pthread_join(handle, nil)
  }
}
