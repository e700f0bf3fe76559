/// Renders records in one format and queues the lines for a descriptor.
public struct QueuedLogHandler: LogHandler {
  /// Where the lines wait; its owner flushes it before the process ends.
  public let queue: LogQueue
  private let format: LogFormat

  /// Starts a queue to `descriptor`, see `LogQueue`.
  ///
  /// - Throws: `SystemError` if no thread can be started.
  public init(
    descriptor: Int32, format: LogFormat, bytesMax: Int = LogQueue.bytesMaxDefault
  ) throws(SystemError) {
    self.format = format
    queue = try LogQueue(descriptor: descriptor, bytesMax: bytesMax) { count in
      format.line(
        for: Logger.Record(
          time: .now(), level: .warning, label: "log", message: "log lines dropped",
          metadata: ["count": "\(count)"]))
    }
  }

  /// Queues the record's line, or counts it as dropped.
  public func log(_ record: Logger.Record) { queue.enqueue(format.line(for: record)) }
}
