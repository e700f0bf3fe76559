/// One piece of work as it is reported to a collector of traces: what it was, when it began and ended, how it went.
public struct Span: Sendable {
  /// What a span stands for; numbered as in the OpenTelemetry protocol.
  public enum Kind: Int, Sendable {
    /// Something within this server.
    case `internal` = 1
    /// A request that this server answered.
    case server = 2
    /// A request that this server made.
    case client = 3
  }

  /// One fact about a span.
  public struct Attribute: Sendable, Hashable {
    /// The value of a fact.
    public enum Value: Sendable, Hashable {
      /// A text; a long one is cut when it is sent.
      case string(String)
      /// A whole number.
      case integer(Int)
    }

    /// Named as in OpenTelemetry's semantic conventions where they have a name.
    public var name: String
    /// The value.
    public var value: Value

    /// A text.
    public init(_ name: String, _ text: String) {
      self.name = name
      value = .string(text)
    }

    /// A number.
    public init(_ name: String, _ number: Int) {
      self.name = name
      value = .integer(number)
    }
  }

  /// A name that many spans share, such as a method with a route.
  public var name: String
  /// What it stands for.
  public var kind: Kind
  /// Its own identifiers, and what vendors pass along.
  public var context: TraceContext
  /// The span that caused it; nil for the first of a trace.
  public var parentID: SpanID?
  /// Whether that one is in another program.
  public var isParentRemote = false
  /// When it began, in nanoseconds since 1970.
  public var startNanoseconds: UInt64
  /// When it ended, in nanoseconds since 1970.
  public var endNanoseconds: UInt64
  /// Facts about it.
  public var attributes: [Attribute] = []
  /// Whether it failed.
  public var isError = false
}

/// Takes spans that have ended. Callable from any thread; never waits.
public protocol SpanSink: Sendable {
  /// Takes one span, or drops it when there is no room.
  func add(_ span: Span)
}
