import Runtime

/// Runs work on a loop again and again; the next time is set when the work has ended, so slow work never piles up.
actor RepeatingTimer {
  nonisolated let loop: EventLoop
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  private let milliseconds: UInt64
  private let body: @Sendable () async -> Void
  private var timer: CoarseTimer?

  init(loop: EventLoop, milliseconds: UInt64, body: @escaping @Sendable () async -> Void) {
    self.loop = loop
    self.milliseconds = milliseconds
    self.body = body
  }

  /// Begins; the loop keeps the timer alive until `stop`.
  func start() {
    timer = loop.makeTimer { [self] in
      Task(executorPreference: loop) { await self.fire() }
    }
    timer?.schedule(afterMilliseconds: milliseconds)
  }

  /// Ends after the run under way.
  func stop() {
    timer?.cancel()
    timer = nil
  }

  private func fire() async {
    await body()
    timer?.schedule(afterMilliseconds: milliseconds)
  }
}
