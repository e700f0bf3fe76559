import Glibc
import Storage

/// Looks at a data directory and at the machine for what would hurt a server. Reads only, unless it is asked to mend.
struct Doctor {
  let configuration: Configuration
  /// Whether to mend what can be mended without losing anything.
  let fixes: Bool

  /// Every check, in the order in which an operator should care.
  func examine() throws -> [Finding] {
    guard access(configuration.databasePath, F_OK) == 0 else {
      guard errno == ENOENT else {
        let reason = String(cString: strerror(errno))
        return [
          .problem(
            "permissions",
            "can't look at \(configuration.databasePath): \(reason); run this as the user that the server runs as")
        ]
      }
      return [.problem("database", "there is none at \(configuration.databasePath)")]
    }
    var info = stat()
    guard stat(configuration.databasePath, &info) == 0, info.st_mode & S_IFMT == S_IFREG else {
      return [.problem("database", "\(configuration.databasePath) is no file: restore the last backup there")]
    }
    var findings = try DataRights(directory: configuration.dataDirectory).examine(fixes: fixes)
    guard !findings.contains(where: { $0.severity == .problem }) else { return findings }
    let engine = try SQLiteEngine(directory: configuration.dataDirectory)
    let isServing = try DataDirectoryLock.isHeld(in: configuration.dataDirectory)
    findings.append(
      .ok("server", isServing ? "a server is using the data directory" : "no server is using the data directory"))
    do {
      findings += try database(engine, isServing: isServing)
    } catch let error as SQLError where error.kind == .damaged {
      findings.append(Self.damage("\(error)"))
    }
    return findings + MachineLimits(configuration: configuration).examine()
  }

  private func database(_ engine: SQLiteEngine, isServing: Bool) throws -> [Finding] {
    try engine.readOnce { db in
      var found = [try schema(db)] + (try integrity(db))
      if try db.exists("SELECT 1 FROM sqlite_master WHERE name = 'uploads'") {
        found += try uploads(db, isServing: isServing)
      }
      if try db.exists("SELECT 1 FROM sqlite_master WHERE name = 'events'") { found.append(try clock(db)) }
      return found
    } + searchIndex(engine)
  }

  private static func damage(_ complaint: String) -> Finding {
    .problem("integrity", "the database is damaged (\(complaint)): stop the server and restore the last backup")
  }

  // MARK: The database

  private func schema(_ db: any SQLConnection) throws -> Finding {
    do {
      let steps = try Migrator().status(db)
      let pending = steps.filter { $0.appliedAt == nil }
      if pending.isEmpty { return .ok("schema", "version \(steps.last?.migration.version ?? 0), current") }
      let names = pending.map(\.migration.name).joined(separator: ", ")
      return .warning(
        "schema", "\(pending.count) step(s) behind this binary (\(names)): 'clickclack migrate' or a start applies them"
      )
    } catch let failure as Migrator.Failure {
      return .problem("schema", "\(failure)")
    }
  }

  private func integrity(_ db: any SQLConnection) throws -> [Finding] {
    let complaints = try db.all("PRAGMA integrity_check(10)") { $0.text(0) }
    guard complaints == ["ok"] else {
      return [Self.damage(complaints.joined(separator: "; "))]
    }
    let orphaned = try db.all("SELECT DISTINCT \"table\" FROM pragma_foreign_key_check") { $0.text(0) }
    return [
      .ok("integrity", "every page and index is sound"),
      orphaned.isEmpty
        ? .ok("references", "every reference leads somewhere")
        : .problem("references", "rows refer to what is gone, in: \(orphaned.joined(separator: ", "))"),
    ]
  }

  /// The index can be made again from the messages at any time, so that is safe to do.
  private func searchIndex(_ engine: SQLiteEngine) throws -> [Finding] {
    let writer = try engine.openWriter()
    guard try writer.exists("SELECT 1 FROM sqlite_master WHERE name = 'messages_fts'") else { return [] }
    do {
      // sqlite.org/fts5.html, 6.6: with rank 1 the index is compared with the rows, too.
      try writer.execute("INSERT INTO messages_fts (messages_fts, rank) VALUES ('integrity-check', 1)")
    } catch {
      guard error.kind == .damaged else { return [.warning("search", "could not be checked now: \(error)")] }
      guard fixes else { return [.problem("search", "the index does not match the messages; --fix makes it anew")] }
      try writer.execute("INSERT INTO messages_fts (messages_fts) VALUES ('rebuild')")
      return [.fixed("search", "made the index anew from the messages")]
    }
    return [.ok("search", "the index matches the messages")]
  }

  // MARK: Uploads

  private func uploads(_ db: any SQLConnection, isServing: Bool) throws -> [Finding] {
    // A server's own uploads under way have files before they have rows.
    let hourAgo = Timestamp.now().adding(seconds: -3_600)
    let audit = try UploadAudit(
      directory: configuration.dataDirectory + "/uploads", writtenBefore: isServing ? hourAgo : .now(), db)
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
    if !audit.orphans.isEmpty {
      let size = audit.orphans.reduce(0) { $0 + $1.byteCount }
      let what = "\(audit.orphans.count) file(s) of \(size) bytes that no upload needs"
      if fixes {
        for orphan in audit.orphans where unlink(orphan.path) != 0 && errno != ENOENT {
          throw FileError("can't remove \(orphan.path)", errno)
        }
        findings.append(.fixed("orphans", "removed \(what)"))
      } else {
        findings.append(.warning("orphans", "\(what): the server removes them at its next start, --fix now"))
      }
    }
    return findings
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
