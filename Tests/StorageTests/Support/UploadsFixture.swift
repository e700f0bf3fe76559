import Glibc
import Testing

@testable import Storage

/// Runs blocking calls where they are made: tests may block.
struct InlineWork: BlockingWork {
  func perform<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T { try body() }
}

/// A store without threads: every call opens a connection of its own.
struct InlineStore: Store {
  let engine: SQLiteEngine
  let ids: IDGenerator

  func write<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T {
    try engine.writeOnce(ids: ids, body)
  }

  func read<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
    try engine.readOnce(body)
  }
}

/// A workspace with messages and a directory of blobs beside its database. Both go with the fixture.
final class UploadsFixture {
  let messages: MessagesFixture
  let blobs: FileBlobStore
  let directory: String

  init() throws {
    messages = try MessagesFixture()
    directory = messages.directory + "-uploads"
    blobs = try FileBlobStore(directory: directory, work: InlineWork())
  }

  deinit {
    do { try FileTree.remove(directory) } catch { Issue.record(error) }
  }

  var owner: Caller { messages.owner }
  var store: InlineStore { InlineStore(engine: messages.engine, ids: messages.ids) }

  /// Every file of the blob store, finished or not.
  var files: [String] {
    get throws { try FileTree.names(in: directory).flatMap { try FileTree.names(in: "\(directory)/\($0)") } }
  }

  func cleanup(keepSeconds: Int64 = 0) -> UploadCleanup {
    UploadCleanup(store: store, blobs: blobs, keepSeconds: keepSeconds)
  }

  /// Removes the uploads that are due and does the jobs that this led to, as a server would.
  func removeUnused(keepSeconds: Int64 = 0, now: Timestamp) async throws -> Int {
    let cleanup = cleanup(keepSeconds: keepSeconds)
    let count = try await cleanup.removeUnused(now: now)
    for job in try claimJobs() {
      try await cleanup.removeFiles(of: job)
      _ = try messages.write {
        try Jobs.record(.finished, of: job, by: "test", at: .now(), chance: 0, $0)
      }
    }
    return count
  }

  /// Takes the jobs that are due.
  func claimJobs() throws -> [Job] {
    try messages.write { tx in
      try Jobs.claim(
        100, by: "test", at: .now(), leasedUntil: .now().adding(seconds: 60), chance: { 0 }, tx)
    }
  }

  /// An upload with its bytes on disk.
  func upload(
    _ text: String = "bytes", as caller: Caller? = nil, nonce: String? = nil, type: String = "text/plain",
    in workspace: WorkspaceID? = nil
  ) async throws -> Upload {
    let sink = try await blobs.create()
    try await sink.write(Array(text.utf8))
    var draft = UploadDraft(
      blob: try await sink.finish(), byteSize: Int64(text.utf8.count), filename: "a.txt", contentType: type)
    draft.nonce = nonce
    return try create(draft, as: caller ?? owner, in: workspace ?? messages.workspaceID).upload
  }

  func create(_ draft: UploadDraft, as caller: Caller, in workspace: WorkspaceID) throws -> Uploads.Created {
    try messages.write { try Uploads.create(caller, in: workspace, draft, $0) }
  }

  func attach(_ upload: Upload, to message: MessageID, as caller: Caller? = nil) throws -> Event? {
    try messages.write { try Attachments.attach(caller ?? owner, upload.id, to: message, $0) }
  }

  func canRead(_ upload: Upload, _ caller: Caller) throws -> Bool {
    do {
      return try messages.read { try Uploads.readable(caller, upload.id, $0) } == upload
    } catch let error as StoreError where error.kind == .notFound {
      return false
    }
  }
}
