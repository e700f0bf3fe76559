import Actors
import Runtime
import Storage

extension ChatServer {
  /// What the handlers of jobs work with.
  struct JobParts {
    let database: Database
    let blobs: any BlobStore
    let configuration: Configuration
    let log: Logger
  }

  /// How often the queue itself is tidied up, which also shows that it moves.
  private static let heartbeatSeconds: Int64 = 60
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
