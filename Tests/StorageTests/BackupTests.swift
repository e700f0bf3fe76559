import Glibc
import Synchronization
import Testing

@testable import Storage

@Suite struct BackupTests {
  let fixture: RealtimeFixture

  init() throws { fixture = try RealtimeFixture() }

  var target: String { fixture.engine.directory + "/backup.db" }

  func count(at path: String) throws -> Int64 {
    let copy = try SQLiteConnection(path: path, readOnly: true)
    return try copy.first("SELECT count(*) FROM messages") { $0.int(0) } ?? -1
  }

  func names() throws -> [String] {
    var names: [String] = []
    let entries = try #require(opendir(fixture.engine.directory))
    defer { closedir(entries) }
    while let entry = readdir(entries) {
      names.append(
        withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        })
    }
    return names.filter { $0.contains("backup") }
  }

  @Test func isOneFileWithEverything() throws {
    try fixture.post("exported words")
    try Backup.make(of: fixture.engine, at: target)
    #expect(try count(at: target) == 1)
    #expect(try names() == ["backup.db"])
    var status = stat()
    #expect(stat(target, &status) == 0)
    #expect(status.st_mode & 0o777 == 0o600)
  }

  @Test func neverReplacesAFile() throws {
    try Backup.make(of: fixture.engine, at: target)
    try fixture.post("later")
    #expect(throws: FileError.self) { try Backup.make(of: fixture.engine, at: target) }
    #expect(try count(at: target) == 0)
    #expect(try names() == ["backup.db"])
  }

  @Test func leavesNothingBehindWhenItFails() throws {
    #expect(throws: FileError.self) { try Backup.make(of: fixture.engine, at: "/nowhere/backup.db") }
    let missing = try SQLiteEngine(directory: fixture.engine.directory + "/empty-backup")
    #expect(throws: SQLError.self) { try Backup.make(of: missing, at: target) }
    rmdir(missing.directory)
    #expect(try names() == [])
  }

  @Test func takesTheUploadsAlong() throws {
    let uploads = fixture.engine.directory + "/backup-uploads"
    try Backup.make(of: fixture.engine, at: target, uploads: uploads)
    defer { removeTree(uploads) }
    #expect(FileTree.exists(uploads + "/incoming"))
    #expect(try names().sorted() == ["backup-uploads", "backup.db"])
    #expect(try !FileTree.names(in: uploads).contains(".unfinished"))
  }

  /// What a killed attempt left is replaced: temporary files, and uploads whose database never got its name.
  @Test func replacesWhatAKilledAttemptLeft() throws {
    let directory = fixture.engine.directory
    let uploads = directory + "/backup-uploads"
    defer { removeTree(uploads) }
    let gone = try #require((2...).first { kill(pid_t($0), 0) != 0 && errno == ESRCH })
    func leave() throws {
      let database = "\(target).\(gone)-77.tmp"
      for name in [database, database + "-journal", "\(target).\(gone)-5.tmp-wal"] {
        close(open(name, O_CREAT | O_WRONLY, 0o600))
      }
      mkdir("\(uploads).\(gone)-6.tmp", 0o700)
      mkdir("\(uploads).\(gone)-6.tmp/ab", 0o700)
      mkdir(uploads, 0o700)
      close(open("\(uploads)/old", O_CREAT | O_WRONLY, 0o600))
      #expect(symlink("backup.db.\(gone)-77.tmp", "\(uploads)/.unfinished") == 0)
    }
    try leave()
    try Backup.make(of: fixture.engine, at: target, uploads: uploads)
    #expect(try names().sorted() == ["backup-uploads", "backup.db"])
    #expect(!FileTree.exists(uploads + "/old"))
  }

  /// A directory that no killed attempt for the same file left is somebody's: also one with the mark of another.
  @Test(arguments: [nil, "other.db.9-9.tmp", "backup.db.9-9.tmp"])
  func neverReplacesADirectory(mark: String?) throws {
    let uploads = fixture.engine.directory + "/backup-uploads"
    defer { removeTree(uploads) }
    mkdir(uploads, 0o700)
    close(open("\(uploads)/mine", O_CREAT | O_WRONLY, 0o600))
    if let mark { #expect(symlink(mark, "\(uploads)/.unfinished") == 0) }
    #expect(throws: FileError.self) { try Backup.make(of: fixture.engine, at: target, uploads: uploads) }
    #expect(FileTree.exists(uploads + "/mine"))
    #expect(try names() == ["backup-uploads"])
  }

  /// What an attempt that is still under way writes is left alone.
  @Test func leavesOtherAttemptsAlone() throws {
    let running = "\(target).\(getppid())-1.tmp"
    close(open(running, O_CREAT | O_WRONLY, 0o600))
    try Backup.make(of: fixture.engine, at: target)
    #expect(FileTree.exists(running))
  }

  private func removeTree(_ path: String) {
    do { try FileTree.remove(path) } catch { Issue.record("\(error)") }
  }

  @Test func isOneInstantBesideAWriter() async throws {
    // A database of many pages, so that the copy takes several steps while the writer commits.
    let filler = String(repeating: "filler ", count: 400)
    for _ in 0..<40 { try fixture.post(filler) }
    let stop = Flag()
    let engine = fixture.engine
    let (general, workspace, owner) = (fixture.general, fixture.workspace, fixture.owner)
    let writer = Task.detached {
      // Each commit adds two rows: a copy that is one instant has an even number of them.
      let ids = IDGenerator()
      while !stop.isSet.load(ordering: .relaxed) {
        try engine.writeOnce(ids: ids) { tx in
          for _ in 0..<2 {
            try tx.db.execute(
              """
              INSERT INTO audit_log (id, workspace_id, actor_user_id, action, target_type, target_id, created_at)
              VALUES (?1, ?2, ?3, 'x', 'channel', ?4, ?5)
              """,
              [.text(tx.ids.make(.audit)), .text(workspace), .text(owner), .text(general), .text(tx.now.text)])
          }
        }
      }
    }
    do {
      defer { stop.isSet.store(true, ordering: .relaxed) }
      for index in 0..<3 {
        let path = "\(target).\(index)"
        try Backup.make(of: engine, at: path)
        let copy = try SQLiteConnection(path: path, readOnly: true)
        let rows = try copy.first("SELECT count(*) FROM audit_log") { $0.int(0) } ?? -1
        #expect(rows % 2 == 0)
      }
    }
    try await writer.value
  }
}

private final class Flag: Sendable {
  let isSet = Atomic(false)
}
