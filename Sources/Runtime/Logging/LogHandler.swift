/// Receives the records of loggers; an implementation decides where they go.
public protocol LogHandler: Sendable {
  /// Takes one record. Called on the thread that logs, so it must not block.
  func log(_ record: Logger.Record)
}

/// Discards every record.
public struct SilentLogHandler: LogHandler {
  /// Makes a handler that does nothing.
  public init() {}

  /// Does nothing.
  public func log(_ record: Logger.Record) {}
}
