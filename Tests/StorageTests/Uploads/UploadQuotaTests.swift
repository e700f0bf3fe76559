import Testing

@testable import Storage

@Suite struct UploadQuotaTests {
  let fixture: UploadsFixture
  private var messages: MessagesFixture { fixture.messages }

  init() throws { fixture = try UploadsFixture() }

  private func create(_ bytes: Int64, as caller: Caller, within quota: UploadQuota) throws -> Upload {
    let draft = UploadDraft(
      blob: "\(UInt64.random(in: 0...UInt64.max))", byteSize: bytes, filename: "a", contentType: "text/plain")
    return try messages.write { tx in
      try Uploads.create(caller, in: messages.workspaceID, draft, within: quota, tx).upload
    }
  }

  @Test func aPersonKeepsSoManyBytes() throws {
    let alice = try messages.member("Alice")
    var quota = UploadQuota()
    quota.userBytesMax = 100
    _ = try create(60, as: alice, within: quota)
    _ = try create(40, as: alice, within: quota)
    #expect(throws: StoreError(.tooLarge, "your uploads may take 100 bytes at most")) {
      try create(1, as: alice, within: quota)
    }
    _ = try create(0, as: alice, within: quota)
    _ = try create(100, as: fixture.owner, within: quota)
  }

  @Test func aWorkspaceKeepsSoManyBytes() throws {
    let alice = try messages.member("Alice")
    var quota = UploadQuota()
    quota.workspaceBytesMax = 100
    _ = try create(60, as: alice, within: quota)
    #expect(throws: StoreError(.full, "the uploads of a workspace may take 100 bytes at most")) {
      try create(41, as: fixture.owner, within: quota)
    }
    _ = try create(40, as: fixture.owner, within: quota)
  }

  @Test func whatTheCleanUpRemovesMakesRoom() async throws {
    var quota = UploadQuota()
    quota.userBytesMax = 5
    _ = try await fixture.upload("12345")
    #expect(throws: StoreError.self) { try create(1, as: fixture.owner, within: quota) }
    #expect(try await fixture.removeUnused(now: .now().adding(seconds: 60)) == 1)
    _ = try create(5, as: fixture.owner, within: quota)
    #expect(try messages.read { try UploadQuota.usedBytes($0) } == 5)
  }

  @Test func theSecondUploadWithANonceIsNotCounted() async throws {
    let first = try await fixture.upload("12345", nonce: "n")
    var quota = UploadQuota()
    quota.userBytesMax = 5
    var draft = UploadDraft(blob: "other", byteSize: 5, filename: "a", contentType: "text/plain")
    draft.nonce = "n"
    let again = try messages.write {
      try Uploads.create(fixture.owner, in: messages.workspaceID, draft, within: quota, $0)
    }
    #expect(again.upload == first)
  }
}
