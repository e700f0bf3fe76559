import Glibc
import Storage

/// Looks at a data directory and at the machine for what would hurt a server. Reads only, unless it is asked to mend.
struct Doctor {
  let configuration: Configuration
  /// Whether to mend what can be mended without losing anything.
  let fixes: Bool

  /// Every check, in the order in which an operator should care.
  func examine() throws -> [Finding] {
    // Before it is known whether a server is there: one that starts later writes only files that are newer.
    let startedAt = Timestamp.now()
    guard access(configuration.databasePath, F_OK) == 0 || errno == ENOENT else {
      let reason = String(cString: strerror(errno))
      return [
        .problem(
          "permissions",
          "can't look at \(configuration.databasePath): \(reason); run this as the user that the server runs as")
      ]
    }
    guard access(configuration.dataDirectory, F_OK) == 0 else { return [noDatabase] }
    var findings = try DataRights(directory: configuration.dataDirectory).examine(fixes: fixes)
    guard !findings.contains(where: { $0.severity == .problem }) else { return findings }
    let engine = try SQLiteEngine(directory: configuration.dataDirectory)
    if let obstacle = try obstacle(engine) { return findings + [obstacle] }
    let isServing = try DataDirectoryLock.isHeld(of: engine)
    findings.append(
      .ok("server", isServing ? "a server is using the data directory" : "no server is using the data directory"))
    do {
      let found = try engine.readOnce { db in [try schema(db)] + (try integrity(db)) }
      // What a damaged database says is no reason to remove anything, and writing to it spreads the damage.
      let isSound = found.allSatisfy { $0.severity != .problem }
      let checks = DataChecks(engine: engine, isServing: isServing, startedAt: startedAt, fixes: fixes && isSound)
      findings += found
      findings += try checks.examine(isSound: isSound)
    } catch let error as SQLError where error.kind == .damaged {
      findings.append(Self.damage("\(error)"))
    }
    return findings + MachineLimits(configuration: configuration).examine()
  }

  private var noDatabase: Finding { .problem("database", "there is none at \(configuration.databasePath)") }

  /// Why there is no database to look at; nil when there is one.
  private func obstacle(_ engine: SQLiteEngine) throws -> Finding? {
    if let obstacle = try engine.obstacle() { return .problem("database", obstacle) }
    var info = stat()
    guard stat(configuration.databasePath, &info) == 0 else { return noDatabase }
    guard info.st_mode & S_IFMT == S_IFREG else {
      return .problem("database", "\(configuration.databasePath) is no file: restore the last backup there")
    }
    return nil
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
    let complaints = try db.all("PRAGMA integrity_check(10)") {
      $0.text(0).split(separator: "\n").joined(separator: " ")
    }
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
}
