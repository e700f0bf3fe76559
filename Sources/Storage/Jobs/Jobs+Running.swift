/// What the server that runs jobs asks of the queue. Each server has a name of its own, the holder of its leases.
extension Jobs {
  /// How an attempt ended.
  public enum Outcome: Sendable {
    /// The work is done.
    case finished
    /// It failed; tried again unless that is of no use.
    case failed(error: String, isPermanent: Bool)
    /// The server stops and cut it off: it counts as not begun.
    case released
  }

  /// Expired leases that one claim ends.
  private static let expiredMax: Int64 = 100

  /// Takes due jobs for a server, earliest first, and renews the leases that it has. Jobs of servers that are gone
  /// count as failed, and are tried again.
  /// - Parameters:
  ///   - leasedUntil: When another server may take them over, unless they are renewed.
  ///   - chance: From 0 up to 1, for the wait of a job that is tried again.
  /// - Throws: `SQLError`.
  public static func claim(
    _ limit: Int, by holder: String, at now: Timestamp, leasedUntil: Timestamp, chance: () -> Double, _ tx: Transaction
  ) throws -> [Job] {
    try tx.db.execute(
      "UPDATE jobs SET leased_until = ?2 WHERE leased_until IS NOT NULL AND lease_holder = ?1",
      [.text(holder), .text(leasedUntil.text)])
    let expired = try tx.db.all(
      "SELECT \(Job.columns) FROM jobs WHERE leased_until IS NOT NULL AND leased_until <= ?1 LIMIT ?2",
      [.text(now.text), .integer(expiredMax)]
    ) { Job(row: $0) }
    for job in expired {
      try fail(job, "the server ended while the job ran", isPermanent: false, at: now, chance: chance(), tx)
    }
    let due = try tx.db.all(
      """
      SELECT id FROM jobs WHERE ended_at IS NULL AND leased_until IS NULL AND run_at <= ?1
      ORDER BY run_at, id LIMIT ?2
      """, [.text(now.text), .integer(Int64(limit))]
    ) { $0.text(0) }
    return try due.compactMap { id in
      try tx.db.execute(
        """
        UPDATE jobs SET state = 'running', attempts = attempts + 1, lease_holder = ?2, leased_until = ?3 WHERE id = ?1
        """, [.text(id), .text(holder), .text(leasedUntil.text)])
      return try find(id, tx.db)
    }
  }

  /// Brings times back that are further ahead than any can be: somebody set the clock back since they were noted, and what
  /// waits for them would wait for as long.
  /// - Parameter latestLease: When no lease of another server ends later.
  /// - Throws: `SQLError`.
  public static func limitWaits(for holder: String, at now: Timestamp, latestLease: Timestamp, _ tx: Transaction) throws
  {
    let latest = Timestamp(microseconds: now.microseconds + JobDraft.waitMicrosecondsMax)
    try tx.db.execute(
      "UPDATE jobs SET run_at = ?1 WHERE ended_at IS NULL AND leased_until IS NULL AND run_at > ?2",
      [.text(now.text), .text(latest.text)])
    try tx.db.execute(
      "UPDATE jobs SET leased_until = ?1 WHERE leased_until > ?2 AND lease_holder <> ?3",
      [.text(now.text), .text(latestLease.text), .text(holder)])
    tx.noteJobs()
  }

  /// When there is something to claim next: a job that becomes due, or a lease of another server that ends.
  /// - Throws: `SQLError`.
  public static func nextDue(for holder: String, _ db: any SQLConnection) throws -> Timestamp? {
    let due = try db.first(
      "SELECT run_at FROM jobs WHERE ended_at IS NULL AND leased_until IS NULL ORDER BY run_at LIMIT 1"
    ) { $0.text(0) }
    let leaseEnd = try db.first(
      """
      SELECT leased_until FROM jobs WHERE leased_until IS NOT NULL AND lease_holder <> ?1 ORDER BY leased_until LIMIT 1
      """, [.text(holder)]
    ) { $0.text(0) }
    return [due, leaseEnd].compactMap { $0 }.min().flatMap { Timestamp(rfc3339: $0) }
  }

  /// Notes how an attempt ended; nothing when the holder has lost its lease meanwhile.
  /// - Returns: The job as it stands now; nil when the lease was lost.
  /// - Throws: `SQLError`.
  @discardableResult
  public static func record(
    _ outcome: Outcome, of job: Job, by holder: String, at now: Timestamp, chance: Double, _ tx: Transaction
  ) throws -> Job? {
    let isHeld = try tx.db.exists(
      "SELECT 1 FROM jobs WHERE id = ?1 AND lease_holder = ?2 AND leased_until IS NOT NULL",
      [.text(job.id), .text(holder)])
    guard isHeld else { return nil }
    switch outcome {
    case .finished: try finish(job, at: now, tx)
    case .failed(let error, let isPermanent):
      try fail(job, error, isPermanent: isPermanent, at: now, chance: chance, tx)
    case .released:
      try wait(job, .pending, until: now, attempts: job.attempts - 1, error: job.lastError, tx)
    }
    return try find(job.id, tx.db)
  }

  private static func finish(_ job: Job, at now: Timestamp, _ tx: Transaction) throws {
    let runsAgain = try tx.db.exists("SELECT 1 FROM jobs WHERE id = ?1 AND again = 1", [.text(job.id)])
    if runsAgain {
      try wait(job, .pending, until: now, attempts: 0, error: "", tx)
    } else if let seconds = job.repeatSeconds {
      try wait(job, .pending, until: now.adding(seconds: seconds), attempts: 0, error: "", tx)
    } else {
      try end(job.id, as: .finished, error: "", at: now, tx)
      try tx.db.execute("UPDATE jobs SET payload = '' WHERE id = ?1", [.text(job.id)])
    }
  }

  private static func fail(
    _ job: Job, _ error: String, isPermanent: Bool, at now: Timestamp, chance: Double, _ tx: Transaction
  ) throws {
    let error = PlainText.prefix(error, bytesMax: errorBytesMax)
    var delay = JobBackoff.microseconds(afterAttempts: job.attempts, chance: chance)
    if let seconds = job.repeatSeconds {
      delay = min(delay, seconds * 1_000_000)
    } else if isPermanent || job.attempts >= job.maxAttempts {
      return try end(job.id, as: .discarded, error: error, at: now, tx)
    }
    try wait(
      job, .retrying, until: Timestamp(microseconds: now.microseconds + delay), attempts: job.attempts, error: error,
      tx)
  }

  private static func wait(
    _ job: Job, _ state: Job.State, until runAt: Timestamp, attempts: Int64, error: String, _ tx: Transaction
  ) throws {
    try tx.db.execute(
      """
      UPDATE jobs SET state = ?2, run_at = ?3, attempts = ?4, last_error = ?5, again = 0, lease_holder = NULL,
        leased_until = NULL WHERE id = ?1
      """,
      [.text(job.id), .text(state.rawValue), .text(runAt.text), .integer(attempts), .text(error)])
  }

  static func end(
    _ id: JobID, as state: Job.State, error: String, at now: Timestamp, _ tx: Transaction
  ) throws {
    try tx.db.execute(
      """
      UPDATE jobs SET state = ?2, last_error = ?3, ended_at = ?4, again = 0, lease_holder = NULL, leased_until = NULL
      WHERE id = ?1
      """, [.text(id), .text(state.rawValue), .text(error), .text(now.text)])
  }

  static func find(_ id: JobID, _ db: any SQLConnection) throws -> Job? {
    try db.first("SELECT \(Job.columns) FROM jobs WHERE id = ?1", [.text(id)]) { Job(row: $0) }
  }
}
