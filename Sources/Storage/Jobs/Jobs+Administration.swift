/// What operators see of the queue and do to it.
extension Jobs {
  /// Jobs in a list.
  public static let listMax = 200
  /// Ended jobs that are kept, of each state.
  public static let endedMax: Int64 = 10_000

  /// How many jobs are in each state; finished ones are not counted.
  public struct Counts: Sendable, Equatable {
    /// Wait for their time.
    public var pending: Int64 = 0
    /// Are being run.
    public var running: Int64 = 0
    /// Failed and wait for their next attempt.
    public var retrying: Int64 = 0
    /// Were given up.
    public var discarded: Int64 = 0
    /// None.
    public init() {}
  }

  /// Counts the jobs in each state.
  /// - Throws: `SQLError`.
  public static func counts(_ db: any SQLConnection) throws -> Counts {
    var counts = Counts()
    try db.query(
      """
      SELECT state, count(*) FROM jobs WHERE state IN ('pending', 'running', 'retrying', 'discarded') GROUP BY state
      """, []
    ) { row in
      switch Job.State(rawValue: row.text(0)) {
      case .pending: counts.pending = row.int(1)
      case .running: counts.running = row.int(1)
      case .retrying: counts.retrying = row.int(1)
      case .discarded: counts.discarded = row.int(1)
      case .finished, nil: break
      }
    }
    return counts
  }

  /// Jobs, newest first.
  /// - Parameters:
  ///   - state: Only those; nil for all that are not finished.
  ///   - limit: At most `listMax`.
  /// - Throws: `SQLError`.
  public static func list(in state: Job.State? = nil, limit: Int = listMax, _ db: any SQLConnection) throws -> [Job] {
    let states = state.map { [$0] } ?? Job.State.allCases.filter { $0 != .finished }
    let limit = min(max(limit, 1), listMax)
    let jobs = try states.flatMap { state in
      try db.all(
        "SELECT \(Job.columns) FROM jobs WHERE state = ?1 ORDER BY id DESC LIMIT ?2",
        [.text(state.rawValue), .integer(Int64(limit))]
      ) { Job(row: $0) }
    }
    return Array(jobs.sorted { $0.id > $1.id }.prefix(limit))
  }

  /// Makes a job due now, whether it waits or was discarded; the latter gets all its attempts again.
  /// - Throws: `StoreError.notFound`, `.conflict` for a job that runs or is finished, or when another has its key;
  ///   `SQLError`.
  public static func retry(_ id: JobID, _ tx: Transaction) throws -> Job {
    let job = try existing(id, tx.db)
    guard job.state != .running else { throw StoreError.conflict("the job is running") }
    guard job.state != .finished else { throw StoreError.conflict("the job is finished") }
    if job.state == .discarded {
      let isStoodFor = try tx.db.exists(
        """
        SELECT 1 FROM jobs d JOIN jobs o ON o.kind = d.kind AND o.unique_key = d.unique_key AND o.ended_at IS NULL
        WHERE d.id = ?1
        """, [.text(id)])
      guard !isStoodFor else { throw StoreError.conflict("a newer job does the same") }
      try tx.db.execute("UPDATE jobs SET state = 'pending', attempts = 0, ended_at = NULL WHERE id = ?1", [.text(id)])
    }
    try tx.db.execute("UPDATE jobs SET run_at = ?2 WHERE id = ?1", [.text(id), .text(tx.now.text)])
    tx.noteJobs()
    return try existing(id, tx.db)
  }

  /// Gives up a job that waits. One that repeats comes back when the server starts.
  /// - Throws: `StoreError.notFound`, `.conflict` for a job that runs or has ended; `SQLError`.
  public static func discard(_ id: JobID, _ tx: Transaction) throws -> Job {
    let job = try existing(id, tx.db)
    guard job.state == .pending || job.state == .retrying else {
      throw StoreError.conflict("the job is \(job.state.rawValue)")
    }
    try end(id, as: .discarded, error: job.lastError, at: tx.now, tx)
    tx.noteJobs()
    return try existing(id, tx.db)
  }

  /// Forgets jobs that ended long ago, and the oldest beyond `endedMax`.
  /// - Returns: How many; `limit` or more when there may be others.
  /// - Throws: `SQLError`.
  @discardableResult
  public static func prune(
    finishedBefore: Timestamp, discardedBefore: Timestamp, limit: Int = 1_000, _ tx: Transaction
  ) throws -> Int {
    let horizons: [(state: Job.State, before: Timestamp)] = [
      (.finished, finishedBefore), (.discarded, discardedBefore),
    ]
    return try horizons.reduce(0) { total, horizon in
      let newest = try tx.db.first(
        "SELECT ended_at FROM jobs WHERE state = ?1 AND ended_at IS NOT NULL ORDER BY ended_at DESC LIMIT 1 OFFSET ?2",
        [.text(horizon.state.rawValue), .integer(endedMax)]
      ) { $0.text(0) }
      let before = max(horizon.before.text, newest ?? "")
      return try total
        + tx.db.execute(
          """
          DELETE FROM jobs WHERE id IN (
            SELECT id FROM jobs WHERE state = ?1 AND ended_at IS NOT NULL AND ended_at <= ?2 LIMIT ?3)
          """, [.text(horizon.state.rawValue), .text(before), .integer(Int64(limit))])
    }
  }

  private static func existing(_ id: JobID, _ db: any SQLConnection) throws -> Job {
    guard let job = try find(id, db) else { throw StoreError.notFound("job") }
    return job
  }
}
