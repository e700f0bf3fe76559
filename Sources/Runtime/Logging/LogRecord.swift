extension Logger {
  /// Facts that go with a record, by name.
  public typealias Metadata = [String: MetadataValue]

  /// One fact of a record: text, or a list or table of facts.
  public enum MetadataValue: Sendable, Equatable {
    /// Plain text.
    case string(String)
    /// Several values in order.
    case array([MetadataValue])
    /// Values by name.
    case dictionary(Metadata)
  }

  /// The text of a record; a string literal or interpolation becomes one.
  public struct Message: Sendable, ExpressibleByStringInterpolation {
    let text: String

    /// Wraps a string literal or interpolation.
    public init(stringLiteral value: String) { text = value }
  }

  /// One log entry as it reaches a handler.
  public struct Record: Sendable {
    /// When it was made.
    public var time: LogTimestamp
    /// How severe it is.
    public var level: Level
    /// Who speaks.
    public var label: String
    /// What is said, exactly as the caller gave it: escaping is the format's duty.
    public var message: String
    /// The facts that go with it.
    public var metadata: Metadata

    /// Makes a record, as tests of a format do.
    public init(time: LogTimestamp, level: Level, label: String, message: String, metadata: Metadata = [:]) {
      self.time = time
      self.level = level
      self.label = label
      self.message = message
      self.metadata = metadata
    }
  }
}

extension Logger.MetadataValue: ExpressibleByStringInterpolation, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  /// Makes plain text of a literal or interpolation.
  public init(stringLiteral value: String) { self = .string(value) }

  /// Makes a list of a literal.
  public init(arrayLiteral elements: Self...) { self = .array(elements) }

  /// Makes a table of a literal; of equal names the last wins.
  public init(dictionaryLiteral elements: (String, Self)...) {
    self = .dictionary(Dictionary(elements) { _, last in last })
  }
}
