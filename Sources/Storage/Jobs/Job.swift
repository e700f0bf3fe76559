/// Identifies a job: `job_` and a ULID.
public typealias JobID = String

/// Work that the server does on its own, kept on disk until it is done.
public struct Job: Sendable, Equatable, JSONWritable {
  /// Where a job stands.
  public enum State: String, Sendable, CaseIterable {
    /// Waits for its time or for a free place.
    case pending
    /// A server is at it.
    case running
    /// Failed and waits for its next attempt.
    case retrying
    /// Given up; an operator may retry it.
    case discarded
    /// Done; kept for a while for the operator.
    case finished
  }

  /// `job_` and a ULID.
  public let id: JobID
  /// What it does.
  public let kind: JobKind
  /// What its handler needs to know; empty once the job is finished.
  public let payload: String
  /// Where it stands.
  public let state: State
  /// How often it was begun, the attempt under way included.
  public let attempts: Int64
  /// After as many failures it is discarded.
  public let maxAttempts: Int64
  /// How long after its end it runs again; nil for a job that runs once.
  public let repeatSeconds: Int64?
  /// When it is due, or was.
  public let runAt: String
  /// How the last attempt failed; empty when it did not.
  public let lastError: String
  /// When it was enqueued.
  public let createdAt: String

  /// Reads a payload that `JobDraft(_:encoding:)` wrote.
  /// - Throws: `JobFailure`, which discards the job: the same text will never decode.
  public func decode<T: Decodable>(_ type: T.Type = T.self) throws -> T {
    do {
      return try JSONText.decode(type, from: Array(payload.utf8))
    } catch {
      throw JobFailure("the payload can't be read: \(error)", isPermanent: true)
    }
  }

  /// Writes what `GET /api/admin/jobs` answers.
  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("id", id)
      json.field("kind", kind.name)
      json.field("state", state.rawValue)
      json.field("attempts", attempts)
      json.field("max_attempts", maxAttempts)
      json.field("run_at", runAt)
      json.field("last_error", lastError)
      json.field("created_at", createdAt)
    }
  }

  /// The columns that `init(row:)` reads.
  static let columns =
    "id, kind, payload, state, attempts, max_attempts, repeat_seconds, run_at, last_error, created_at"

  init(row: borrowing SQLRow) {
    id = row.text(0)
    kind = JobKind(row.text(1))
    payload = row.text(2)
    state = State(rawValue: row.text(3)) ?? .pending
    attempts = row.int(4)
    maxAttempts = row.int(5)
    repeatSeconds = row.optionalInt(6)
    runAt = row.text(7)
    lastError = row.text(8)
    createdAt = row.text(9)
  }
}

/// Why a job failed, in words for the operator. Handlers may throw any error; this one also says that trying again is
/// of no use.
public struct JobFailure: Error, Sendable, CustomStringConvertible {
  /// For the operator.
  public let description: String
  /// Whether the job is discarded at once.
  public let isPermanent: Bool

  /// Makes a failure.
  public init(_ description: String, isPermanent: Bool = false) {
    self.description = description
    self.isPermanent = isPermanent
  }
}
