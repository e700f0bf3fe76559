import Glibc
import Runtime
import Synchronization

/// SIGINT and SIGTERM, which ask the server to stop. They are caught from the moment it is made, so one that comes while
/// the server still starts is not lost; the second one ends the process at once.
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
    let (stream, arrivals) = AsyncStream.makeStream(of: Int32.self)
    signals = stream
    let once = Once()
    source = SignalSource(signals: [SIGINT, SIGTERM], on: loop) { signal in
      // Whoever sends a second signal does not want to wait any longer.
      if once.isUsed.exchange(true, ordering: .relaxed) { _exit(128 + signal) }
      arrivals.yield(signal)
    }
    // The source registers itself on the loop; what is submitted after it runs after that.
    await withCheckedContinuation { continuation in loop.submit { continuation.resume() } }
  }

  /// Waits for the first signal. To be called once.
  func first() async -> Int32 {
    for await signal in signals { return signal }
    return SIGTERM
  }
}
