import Synchronization

/// Holds the process-wide destination and level that `Logger(label:)` starts with.
///
/// Until `bootstrap` is called, loggers are silent: a library or a test says nothing unless asked to. A logger keeps
/// what was current when it was made, so bootstrap first.
public enum LoggingSystem {
  private static let state = Mutex<(handler: any LogHandler, level: Logger.Level)>((SilentLogHandler(), .info))

  /// Sets the handler and level of loggers made from now on. May be called from any thread.
  public static func bootstrap(handler: any LogHandler, level: Logger.Level) {
    state.withLock { $0 = (handler, level) }
  }

  static var current: (handler: any LogHandler, level: Logger.Level) { state.withLock { $0 } }
}
