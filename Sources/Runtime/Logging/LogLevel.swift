extension Logger {
  /// How severe a record is, from `trace` to `critical`, as in swift-log.
  public enum Level: String, CaseIterable, Comparable, Sendable {
    case trace, debug, info, notice, warning, error, critical

    private var severity: UInt8 {
      switch self {
      case .trace: 0
      case .debug: 1
      case .info: 2
      case .notice: 3
      case .warning: 4
      case .error: 5
      case .critical: 6
      }
    }

    /// Orders levels by severity.
    public static func < (left: Level, right: Level) -> Bool { left.severity < right.severity }
  }
}
