import Runtime

/// Gives the service manager a sign of life as long as every event loop moves; a server that hangs is started anew.
enum Watchdog {
  /// The timer to start and stop; nil where nobody watches.
  static func timer(_ notifier: ServiceNotifier, group: EventLoopGroup, log: Logger) -> RepeatingTimer? {
    guard let interval = notifier.watchdogMicroseconds else { return nil }
    let loops = group.loops
    // sd_watchdog_enabled(3) recommends half the interval.
    return RepeatingTimer(loop: loops[0], milliseconds: max(1, interval / 2_000)) {
      for loop in loops {
        await withCheckedContinuation { continuation in loop.submit { continuation.resume() } }
      }
      do {
        try notifier.alive()
      } catch {
        log.warning("can't reach the watchdog: \(error)")
      }
    }
  }
}
