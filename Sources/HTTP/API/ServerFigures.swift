import Storage

/// What a running server knows of itself, for `GET /api/admin/status`.
public struct ServerFigures: Sendable {
  /// The build.
  public var version = ""
  /// When the process began to serve.
  public var startedAt = Timestamp(microseconds: 0)
  /// Open connections of all kinds.
  public var connectionsOpen = 0
  /// Connections that it takes at most.
  public var connectionsMax = 0
  /// WebSockets that follow a workspace.
  public var webSockets = 0
  /// Event streams that follow a workspace.
  public var eventStreams = 0
  /// Messages and replies per second during the last minute.
  public var messagesPerSecond = 0.0
  /// Writes per second during the last minute.
  public var writesPerSecond = 0.0
  /// Writes that wait now.
  public var writesWaiting = 0
  /// Writes in a commit during the last minute, on average.
  public var writesPerCommit = 0.0
  /// Events handed to single subscribers since the start.
  public var deliveries: UInt64 = 0
  /// Subscribers that were ended since the start because they were too slow.
  public var slowSubscribers: UInt64 = 0
  /// The database file in bytes.
  public var databaseBytes: Int64 = 0
  /// Its log in bytes.
  public var walBytes: Int64 = 0
  /// What is free on its disk, in bytes.
  public var freeBytes: Int64 = 0
  /// Memory of the process, in bytes.
  public var memoryBytes: Int64 = 0

  /// Nothing known.
  public init() {}

  /// What the database adds.
  struct Stored: Sendable {
    var messages: Int64 = 0
    var uploadBytes: Int64 = 0
    var jobs = Jobs.Counts()

    static func read(_ db: any SQLConnection) throws -> Stored {
      Stored(
        messages: try Messages.total(db), uploadBytes: try UploadQuota.usedBytes(db), jobs: try Jobs.counts(db))
    }
  }

  /// Writes the fields of the answer.
  func write(_ stored: Stored, at now: Timestamp, to json: inout JSONWriter) {
    json.field("version", version)
    json.field("started_at", startedAt.text)
    json.field("uptime_seconds", max(0, (now.microseconds - startedAt.microseconds) / 1_000_000))
    json.key("connections")
    json.object { json in
      json.field("open", Int64(connectionsOpen))
      json.field("websockets", Int64(webSockets))
      json.field("sse", Int64(eventStreams))
      json.field("max", Int64(connectionsMax))
    }
    json.key("messages")
    json.object { json in
      json.field("total", stored.messages)
      json.key("per_second")
      json.raw(Self.tenths(messagesPerSecond))
    }
    json.key("writes")
    json.object { json in
      json.key("per_second")
      json.raw(Self.tenths(writesPerSecond))
      json.field("queue", Int64(writesWaiting))
      json.key("group_size")
      json.raw(Self.tenths(writesPerCommit))
    }
    json.key("fanout")
    json.object { json in
      json.field("deliveries_total", Int64(clamping: deliveries))
      json.field("slow_closed_total", Int64(clamping: slowSubscribers))
    }
    json.key("jobs")
    json.object { json in
      json.field("pending", stored.jobs.pending)
      json.field("running", stored.jobs.running)
      json.field("retrying", stored.jobs.retrying)
      json.field("discarded", stored.jobs.discarded)
    }
    json.key("disk")
    json.object { json in
      json.field("database_bytes", databaseBytes)
      json.field("wal_bytes", walBytes)
      json.field("uploads_bytes", stored.uploadBytes)
      json.field("free_bytes", freeBytes)
    }
    json.field("memory_bytes", memoryBytes)
  }

  /// A number of JSON with one decimal.
  static func tenths(_ value: Double) -> String {
    let tenths = Int64((min(max(value, 0), 1e12) * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}
