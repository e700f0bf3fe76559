import Actors
import Runtime
import Storage

extension ChatServer {
  /// What the handlers of jobs work with.
  struct JobParts {
    let database: Database
    let blobs: any BlobStore
    let realtime: Realtime
    /// Absent without a token.
    let pushover: PushoverSender?
    /// Absent without a mail server.
    let mail: SMTPClient?
    let configuration: Configuration
    let log: Logger
  }

  /// How often the queue itself is tidied up, which also shows that it moves.
  private static let heartbeatSeconds: Int64 = 60
  /// How often it is looked for uploads that nothing shows.
  private static let cleanupSeconds: Int64 = 60
  /// How often it is looked for files that belong to no upload, and how old those are at least.
  private static let forgottenSeconds: Int64 = 6 * 3_600
  private static let forgottenAgeSeconds: Int64 = 86_400
  /// How long finished and discarded jobs are kept.
  private static let finishedSeconds: Int64 = 86_400
  private static let discardedSeconds: Int64 = 30 * 86_400

  /// Registers every kind of job.
  static func registerJobs(_ runner: JobRunner, _ parts: JobParts) async {
    await runner.repeat(.heartbeat, everySeconds: heartbeatSeconds) { _ in
      try await parts.database.write { tx in
        _ = try Jobs.prune(
          finishedBefore: tx.now.adding(seconds: -finishedSeconds),
          discardedBefore: tx.now.adding(seconds: -discardedSeconds), tx)
      }
    }
    await registerUploadJobs(runner, parts)
    await registerNotificationJobs(runner, parts)
    await registerMailJobs(runner, parts)
  }

  private static func registerUploadJobs(_ runner: JobRunner, _ parts: JobParts) async {
    let cleanup = UploadCleanup(
      store: parts.database, blobs: parts.blobs,
      keepSeconds: parts.configuration.unusedUploadLifetime.components.seconds)
    await runner.repeat(.removeUnusedUploads, everySeconds: cleanupSeconds) { _ in
      while try await cleanup.removeUnused() == UploadCleanup.batchMax { try Task.checkCancellation() }
    }
    await runner.handle(.removeBlobs) { try await cleanup.removeFiles(of: $0) }
    let begun = ContinuousClock.now
    await runner.handle(.removeOrphans) { job in
      guard let startedAt = Timestamp(rfc3339: job.payload) else {
        throw JobFailure("the payload is no time", isPermanent: true)
      }
      // By the clock as it stands now: should it have been set back since the start, files under way would look older.
      let start = min(startedAt, Timestamp.now().adding(seconds: -(ContinuousClock.now - begun).components.seconds))
      try await removeOrphans(writtenBefore: start.adding(seconds: -1), cleanup, parts.log)
    }
    await runner.repeat(.removeForgotten, everySeconds: forgottenSeconds) { _ in
      try await removeOrphans(writtenBefore: .now().adding(seconds: -forgottenAgeSeconds), cleanup, parts.log)
    }
  }

  private static func removeOrphans(
    writtenBefore moment: Timestamp, _ cleanup: UploadCleanup, _ log: Logger
  ) async throws {
    let count = try await cleanup.removeOrphans(writtenBefore: moment)
    if count > 0 { log.notice("removed unfinished uploads", metadata: ["count": .string("\(count)")]) }
  }

  /// Registers the metrics of the queue.
  static func register(_ metrics: MetricsRegistry, _ runner: JobRunner) {
    let states: [(String, @Sendable (Jobs.Counts) -> Int64)] = [
      ("pending", \.pending), ("running", \.running), ("retrying", \.retrying), ("discarded", \.discarded),
    ]
    for (name, count) in states {
      metrics.read("clickclack_jobs", help: "Jobs in each state.", labels: [("state", name)]) {
        Double(count(runner.counters.states))
      }
    }
    metrics.read("clickclack_jobs_succeeded_total", kind: .counter, help: "Attempts of jobs that did their work.") {
      Double(runner.counters.succeeded)
    }
    metrics.read("clickclack_jobs_failed_total", kind: .counter, help: "Attempts of jobs that failed.") {
      Double(runner.counters.failed)
    }
  }
}

extension JobKind {
  /// Tidies up the queue.
  static let heartbeat = JobKind("heartbeat")
}
