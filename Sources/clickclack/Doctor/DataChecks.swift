import Glibc
import Storage

/// Looks at what a database that can be read contains, and at the files that belong to it.
struct DataChecks {
  let engine: SQLiteEngine
  let isServing: Bool
  /// When the doctor began.
  let startedAt: Timestamp
  /// Whether to mend what can be mended without losing anything.
  let fixes: Bool

  /// - Parameter isSound: Whether nothing is known to be wrong with the database: only then is it opened for writing.
  func examine(isSound: Bool) throws -> [Finding] {
    let found = try engine.readOnce { db in
      var found: [Finding] = []
      if isSound { found += try tables(db) }
      if try db.exists("SELECT 1 FROM sqlite_master WHERE name = 'uploads'") { found += try uploads(db) }
      if try db.exists("SELECT 1 FROM sqlite_master WHERE name = 'events'") { found.append(try clock(db)) }
      return found
    }
    // The writer goes last: only a writer tidies up the log.
    return isSound ? found + (try searchIndex()) : found
  }

  // MARK: Tables and indexes

  /// Indexes can be made again from the rows at any time.
  private func tables(_ db: any SQLConnection) throws -> [Finding] {
    guard try Migrator().status(db).allSatisfy({ $0.appliedAt != nil }) else { return [] }
    let missing = try Migrator().missing(in: db)
    guard !missing.isEmpty else { return [.ok("tables", "every table and index is there")] }
    let names = missing.map(\.name).joined(separator: ", ")
    guard missing.allSatisfy({ $0.type == "index" }) else {
      return [.problem("tables", "missing: \(names): stop the server and restore the last backup")]
    }
    guard fixes, !isServing else {
      return [.problem("tables", "missing index(es): \(names); \(Self.remedy(isServing: isServing)) them anew")]
    }
    do {
      let writer = try engine.openWriter()
      for index in missing { try writer.execute(index.sql) }
    } catch {
      return [.problem("tables", "can't make the index(es) \(names): \(error)")]
    }
    return [.fixed("tables", "made the index(es) \(names) anew from the rows")]
  }

  /// What holds up the writes of a server for long is not done beside one.
  private static func remedy(isServing: Bool) -> String {
    isServing ? "stop the server, then --fix makes" : "--fix makes"
  }

  // MARK: Search

  /// FTS5 compares words as a writer only, which keeps a server from writing for a second or two with so many messages.
  private static let comparedBesideServerMax: Int64 = 1_000_000

  /// The index can be made again from the messages at any time, so that is safe to do.
  private func searchIndex() throws -> [Finding] {
    let state = try engine.readOnce { db -> (isComplete: Bool, newest: Int64)? in
      guard try db.exists("SELECT 1 FROM sqlite_master WHERE name = 'messages_fts'") else { return nil }
      return (try hasIndexedEveryMessage(db), try db.first("SELECT max(pk) FROM messages") { $0.int(0) } ?? 0)
    }
    guard let (isComplete, newest) = state else { return [] }
    guard isComplete else { return [try makeIndexAnew()] }
    guard !isServing || newest <= Self.comparedBesideServerMax else { return [Self.wordsAreNotCompared] }
    do {
      // sqlite.org/fts5.html, 6.6: with rank 1 the index is compared with the rows, too.
      try engine.openWriter().execute("INSERT INTO messages_fts (messages_fts, rank) VALUES ('integrity-check', 1)")
    } catch {
      switch error.kind {
      case .damaged: return [try makeIndexAnew()]
      case .busy where isServing: return [Self.wordsAreNotCompared]
      default: return [.warning("search", "could not be checked now: \(error)")]
      }
    }
    return [.ok("search", "the index matches the messages")]
  }

  private static let wordsAreNotCompared = Finding.ok(
    "search", "every message is in the index; its words are compared while no server runs")

  private func makeIndexAnew() throws -> Finding {
    guard fixes, !isServing else {
      return .problem("search", "the index does not match the messages; \(Self.remedy(isServing: isServing)) it anew")
    }
    try engine.openWriter().execute("INSERT INTO messages_fts (messages_fts) VALUES ('rebuild')")
    return .fixed("search", "made the index anew from the messages")
  }

  private func hasIndexedEveryMessage(_ db: any SQLConnection) throws -> Bool {
    try !db.exists(
      """
      SELECT 1 FROM messages WHERE pk NOT IN (SELECT id FROM messages_fts_docsize)
      UNION ALL SELECT 1 FROM messages_fts_docsize WHERE id NOT IN (SELECT pk FROM messages)
      """)
  }

  // MARK: Uploads

  private func uploads(_ db: any SQLConnection) throws -> [Finding] {
    // A server's own uploads under way have files before they have rows.
    let moment = isServing ? startedAt.adding(seconds: -3_600) : startedAt
    let audit = try UploadAudit(directory: engine.directory + "/uploads", writtenBefore: moment, db)
    var findings: [Finding] = []
    if !audit.missing.isEmpty {
      findings.append(
        .problem(
          "uploads",
          "\(audit.missing.count) file(s) are gone, first \(audit.missing[0]): restore 'uploads' from a backup"))
    }
    if !audit.damaged.isEmpty {
      findings.append(
        .problem("uploads", "\(audit.damaged.count) file(s) have another size than recorded, first \(audit.damaged[0])")
      )
    }
    if findings.isEmpty { findings.append(.ok("uploads", "\(audit.uploadCount), all with their files")) }
    if !audit.orphans.isEmpty { findings.append(try orphans(audit.orphans, db)) }
    return findings
  }

  private func orphans(_ orphans: [UploadAudit.Orphan], _ db: any SQLConnection) throws -> Finding {
    func what(_ orphans: [UploadAudit.Orphan]) -> String {
      "\(orphans.count) file(s) of \(orphans.reduce(0) { $0 + $1.byteCount }) bytes that no upload needs"
    }
    guard fixes else {
      return .warning("orphans", "\(what(orphans)): the server removes them at its next start, --fix now")
    }
    var removed: [UploadAudit.Orphan] = []
    for orphan in orphans where try !orphan.isNeeded(db) {
      guard unlink(orphan.path) == 0 || errno == ENOENT else {
        return .problem("orphans", "can't remove \(orphan.path): \(String(cString: strerror(errno)))")
      }
      removed.append(orphan)
    }
    return .fixed("orphans", "removed \(what(removed))")
  }

  // MARK: Clock

  /// How many of the newest events are looked at for a clock that was set back.
  private static let clockEvents = 10_000
  /// Clocks are corrected by seconds all the time; people notice minutes.
  private static let clockToleranceSeconds: Int64 = 60

  private func clock(_ db: any SQLConnection) throws -> Finding {
    let now = Timestamp.now()
    // Cursors never go back, whatever the clock does.
    let times = try db.all("SELECT created_at FROM events ORDER BY cursor DESC LIMIT \(Self.clockEvents)") {
      $0.text(0)
    }
    .compactMap { Timestamp(rfc3339: $0) }
    if let last = times.first, last > now.adding(seconds: 5) {
      return .warning(
        "clock", "the newest event is of \(last.text), later than now (\(now.text)): set the clock, as with chrony")
    }
    for (later, earlier) in zip(times, times.dropFirst())
    where earlier > later.adding(seconds: Self.clockToleranceSeconds) {
      return .warning(
        "clock",
        "it was set back from \(earlier.text) to \(later.text) while the server ran, so times of messages do not follow "
          + "their order; keep it right with chrony or the like")
    }
    return .ok("clock", "\(now.text)")
  }
}
