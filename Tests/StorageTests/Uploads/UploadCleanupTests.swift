import Glibc
import Testing

@testable import Storage

@Suite struct UploadCleanupTests {
  let fixture: UploadsFixture
  var messages: MessagesFixture { fixture.messages }
  private let later = Timestamp.now().adding(seconds: 3_600)

  init() throws { fixture = try UploadsFixture() }

  @Test func removesWhatNothingShows() async throws {
    let (kept, dropped) = (try await fixture.upload("kept"), try await fixture.upload("dropped"))
    let (first, second) = (try messages.post("one").message, try messages.post("two").message)
    _ = try fixture.attach(kept, to: first.id)
    _ = try fixture.attach(dropped, to: second.id)
    let pending = try await fixture.upload("pending")
    _ = try messages.write { try Messages.delete(fixture.owner, second.id, $0) }
    // Not before its time.
    #expect(try await fixture.removeUnused(keepSeconds: 7_200, now: later) == 0)
    #expect(try await fixture.removeUnused(keepSeconds: 60, now: later) == 2)
    #expect(try fixture.files == [kept.blob])
    #expect(try fixture.canRead(kept, fixture.owner))
    for gone in [dropped, pending] { #expect(try !fixture.canRead(gone, fixture.owner)) }
    #expect(try messages.read { try Messages.get(fixture.owner, first.id, $0) }.attachments == [kept])
  }

  @Test func removesTheUploadsOfADeletedWorkspace() async throws {
    let upload = try await fixture.upload()
    _ = try fixture.attach(upload, to: try messages.post("one").message.id)
    try messages.write { try Workspaces.delete(fixture.owner, messages.workspaceID, $0) }
    #expect(try !fixture.canRead(upload, fixture.owner))
    #expect(try await fixture.removeUnused(keepSeconds: 60, now: later) == 1)
    #expect(try fixture.files.isEmpty)
    let left = try messages.read { db in
      try db.first("SELECT sum(attachment_count), (SELECT count(*) FROM message_attachments) FROM messages") {
        ($0.int(0), $0.int(1))
      }
    }
    #expect(try #require(left) == (0, 0))
  }

  @Test func removesWhatACrashLeft() async throws {
    let kept = try await fixture.upload("kept")
    // Between the rename and the commit, and in the middle of writing.
    let finished = try await fixture.blobs.create()
    let orphan = try await finished.finish()
    let started = "\(fixture.directory)/incoming/0123456789abcdef0123456789abcdef"
    close(open(started, O_WRONLY | O_CREAT, 0o600))
    #expect(try await fixture.cleanup().removeOrphans(writtenBefore: .now().adding(seconds: -60)) == 0)
    #expect(try Set(fixture.files) == [kept.blob, orphan, "0123456789abcdef0123456789abcdef"])
    #expect(try await fixture.cleanup().removeOrphans(writtenBefore: later) == 2)
    #expect(try fixture.files == [kept.blob])
  }

  @Test func whatGotARowMeanwhileIsNoOrphan() async throws {
    let upload = try await fixture.upload("new")
    let orphan = UploadAudit.Orphan(path: "\(fixture.directory)/\(upload.blob.prefix(2))/\(upload.blob)", byteCount: 3)
    #expect(try messages.read { try orphan.isNeeded($0) })
    let other = UploadAudit.Orphan(path: "\(fixture.directory)/00/\(String(repeating: "0", count: 32))", byteCount: 3)
    #expect(try !messages.read { try other.isNeeded($0) })
  }

  @Test func aFileOutlivesARowThatCouldNotBeRemoved() async throws {
    let upload = try await fixture.upload()
    try messages.execute(
      "CREATE TRIGGER stop BEFORE DELETE ON uploads BEGIN SELECT raise(ABORT, 'stopped'); END")
    await #expect(throws: SQLError.self) { try await fixture.cleanup().removeUnused(now: later) }
    #expect(try fixture.files == [upload.blob])
    #expect(try fixture.canRead(upload, fixture.owner))
    #expect(try fixture.claimJobs().isEmpty)
  }

  @Test func aFileThatCouldNotBeRemovedIsNotForgotten() async throws {
    let upload = try await fixture.upload()
    #expect(try await fixture.cleanup().removeUnused(now: later) == 1)
    // The row is gone; the file waits for its job, whatever becomes of this process.
    #expect(try !fixture.canRead(upload, fixture.owner))
    #expect(try fixture.files == [upload.blob])
    let job = try #require(try fixture.claimJobs().first)
    #expect(job.kind == .removeBlobs)
    try await fixture.cleanup().removeFiles(of: job)
    #expect(try fixture.files.isEmpty)
    // Twice does no harm.
    try await fixture.cleanup().removeFiles(of: job)
  }
}
