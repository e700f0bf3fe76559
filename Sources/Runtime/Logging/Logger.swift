/// Writes log records of one part of the server, following the conventions of swift-log.
///
///     var log = Logger(label: "http")
///     log[metadataKey: "peer"] = "127.0.0.1"
///     log.info("request served", metadata: ["status": "200"])
///
/// A logger is a value: setting its level or metadata changes only that copy. Messages and metadata are not even
/// built below `logLevel`. May be used from any thread; never blocks.
public struct Logger: Sendable {
  /// Names the part of the server that speaks, for instance `http.websocket`.
  public let label: String
  /// The least severe level that is written; everything below costs one comparison.
  public var logLevel: Level
  /// Attached to every record of this logger; a record's own metadata wins over it.
  public var metadata: Metadata = [:]
  private let handler: any LogHandler

  /// Makes a logger with the process-wide handler and level, see `LoggingSystem.bootstrap`.
  public init(label: String) {
    let (handler, level) = LoggingSystem.current
    self.init(label: label, level: level, handler: handler)
  }

  /// Makes a logger with its own destination, for instance in a test.
  public init(label: String, level: Level, handler: any LogHandler) {
    self.label = label
    self.logLevel = level
    self.handler = handler
  }

  /// Reads or sets one value that every record of this logger carries.
  public subscript(metadataKey key: String) -> MetadataValue? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  /// Writes one record if `level` is enabled. The trace that the current task works for is named by `trace_id`.
  public func log(
    level: Level, _ message: @autoclosure () -> Message, metadata: @autoclosure () -> Metadata? = nil
  ) {
    guard level >= logLevel else { return }
    var merged = self.metadata
    if let trace = Trace.current { merged["trace_id"] = .string(trace.context.traceID.description) }
    if let own = metadata() { merged.merge(own) { _, new in new } }
    handler.log(Record(time: .now(), level: level, label: label, message: message().text, metadata: merged))
  }

  /// Writes a record useful only when following the code step by step.
  public func trace(_ message: @autoclosure () -> Message, metadata: @autoclosure () -> Metadata? = nil) {
    log(level: .trace, message(), metadata: metadata())
  }

  /// Writes a record useful only when looking for a fault.
  public func debug(_ message: @autoclosure () -> Message, metadata: @autoclosure () -> Metadata? = nil) {
    log(level: .debug, message(), metadata: metadata())
  }

  /// Writes a record of normal operation.
  public func info(_ message: @autoclosure () -> Message, metadata: @autoclosure () -> Metadata? = nil) {
    log(level: .info, message(), metadata: metadata())
  }

  /// Writes a record that is not an error but may need attention.
  public func notice(_ message: @autoclosure () -> Message, metadata: @autoclosure () -> Metadata? = nil) {
    log(level: .notice, message(), metadata: metadata())
  }

  /// Writes a record of something wrong that the server got around.
  public func warning(_ message: @autoclosure () -> Message, metadata: @autoclosure () -> Metadata? = nil) {
    log(level: .warning, message(), metadata: metadata())
  }

  /// Writes a record of a failed operation.
  public func error(_ message: @autoclosure () -> Message, metadata: @autoclosure () -> Metadata? = nil) {
    log(level: .error, message(), metadata: metadata())
  }

  /// Writes a record of a condition that needs an operator at once.
  public func critical(_ message: @autoclosure () -> Message, metadata: @autoclosure () -> Metadata? = nil) {
    log(level: .critical, message(), metadata: metadata())
  }
}
