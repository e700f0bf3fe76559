import Synchronization

/// Has something done on a loop soon, however often and from whichever thread it is asked for: what is asked before it
/// is done counts once, so a burst of requests costs the loop one job.
public final class Wakeup: Sendable {
  private let loop: EventLoop
  private let isRequested = Atomic(false)

  /// A wakeup of a loop.
  public init(of loop: EventLoop) { self.loop = loop }

  /// Asks for `action`, which is always the same and sees what its callers did before. From any thread; the action runs
  /// on the loop.
  public func request(_ action: @escaping @Sendable () -> Void) {
    guard !isRequested.exchange(true, ordering: .acquiringAndReleasing) else { return }
    loop.submit { [self] in
      // Before the action: what is asked for while it runs needs another run.
      _ = isRequested.exchange(false, ordering: .acquiringAndReleasing)
      action()
    }
  }
}
