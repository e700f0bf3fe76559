import FoundationEssentials

/// A job that is to be enqueued.
public struct JobDraft: Sendable {
  /// What it does.
  public let kind: JobKind
  /// What its handler needs to know; never a secret, since operators may look at it.
  public let payload: String
  /// At most one unfinished job of a kind has a given key; nil to allow any number.
  public var uniqueKey: String?
  /// Not before this moment, at most `waitMicrosecondsMax` ahead; nil for at once.
  public var runAt: Timestamp?
  /// After as many failures it is discarded.
  public var maxAttempts = Jobs.attemptsMaxDefault

  /// No job waits for longer, neither for its first attempt nor for the next one: 32 days.
  public static let waitMicrosecondsMax: Int64 = 32 * 86_400 * 1_000_000

  /// Describes a job with a text as its payload.
  public init(_ kind: JobKind, payload: String = "", uniqueKey: String? = nil, runAt: Timestamp? = nil) {
    self.kind = kind
    self.payload = payload
    self.uniqueKey = uniqueKey
    self.runAt = runAt
  }

  /// Describes a job with a value as its payload, kept as JSON; the handler reads it with `Job.decode`.
  /// - Throws: `EncodingError`.
  public init(
    _ kind: JobKind, encoding value: some Encodable, uniqueKey: String? = nil, runAt: Timestamp? = nil
  ) throws {
    self.init(
      kind, payload: String(decoding: try JSONEncoder().encode(value), as: UTF8.self), uniqueKey: uniqueKey,
      runAt: runAt)
  }
}
