import Glibc
import Runtime
import Synchronization

/// SIGINT and SIGTERM, which ask the server to stop, and SIGHUP, which asks it to read its files again. They are caught
/// from the moment it is made, so one that comes while the server still starts is not lost; the second one that asks to
/// stop ends the process at once. SIGUSR1, SIGUSR2 and SIGALRM, which other daemons take for something, mean nothing here and
/// are ignored.
final class StopSignals: Sendable {
  private final class Once: Sendable {
    let isUsed = Atomic<Bool>(false)
  }

  private let group: EventLoopGroup
  private let source: SignalSource
  private let signals: AsyncStream<Int32>

  /// Returns once the signals are caught.
  /// - Throws: `SystemError`.
  init() async throws {
    group = try EventLoopGroup(count: 1, name: "signals")
    let loop = group.loops[0]
    for ignored in [SIGUSR1, SIGUSR2, SIGALRM] { signal(ignored, SIG_IGN) }
    // Many wishes to read the files again are as good as one, and none comes after the one to stop.
    let (stream, arrivals) = AsyncStream.makeStream(of: Int32.self, bufferingPolicy: .bufferingNewest(2))
    signals = stream
    let once = Once()
    // A terminal that is closed says SIGHUP and means that the server should end.
    let caught = isatty(STDERR_FILENO) == 1 ? [SIGINT, SIGTERM] : [SIGINT, SIGTERM, SIGHUP]
    source = SignalSource(signals: caught, on: loop) { signal in
      // Whoever sends a second signal does not want to wait any longer.
      if signal == SIGHUP {
        if once.isUsed.load(ordering: .relaxed) { return }
      } else if once.isUsed.exchange(true, ordering: .relaxed) {
        _exit(128 + signal)
      }
      arrivals.yield(signal)
    }
    // The source registers itself on the loop; what is submitted after it runs after that.
    await withCheckedContinuation { continuation in loop.submit { continuation.resume() } }
  }

  /// Waits for the signal to stop, and calls `reload` for each SIGHUP before. To be called once.
  func stop(reload: () async -> Void) async -> Int32 {
    for await signal in signals {
      guard signal == SIGHUP else { return signal }
      await reload()
    }
    return SIGTERM
  }
}
