import Testing

@testable import Storage

@Suite struct UploadsTests {
  let fixture: UploadsFixture
  var messages: MessagesFixture { fixture.messages }
  var owner: Caller { fixture.owner }

  init() throws { fixture = try UploadsFixture() }

  @Test func aNonceFindsTheUploadAgain() async throws {
    let first = try await fixture.upload(nonce: "n")
    let again = try fixture.create(draft("other", nonce: "n"), as: owner, in: messages.workspaceID)
    #expect(again.upload == first && !again.isNew)
    #expect(try messages.read { try Uploads.byNonce(owner, in: messages.workspaceID, nonce: "n", $0) } == first)
    let alice = try messages.member("Alice")
    #expect(try fixture.create(draft("hers", nonce: "n"), as: alice, in: messages.workspaceID).isNew)
    #expect(
      refusal { try messages.read { try Uploads.byNonce(alice, in: messages.workspaceID, nonce: "x", $0) } }
        == .notFound)
    let other = messages.ids.make(.workspace)
    try messages.addWorkspace(other, slug: "other")
    try messages.addMember(owner.userID, role: .member, in: other)
    #expect(refusal { try fixture.create(draft("elsewhere", nonce: "n"), as: owner, in: other) } == .conflict)
    #expect(refusal { try messages.read { try Uploads.byNonce(owner, in: other, nonce: "n", $0) } } == .conflict)
  }

  @Test func sixtyFourMayBePending() async throws {
    for index in 0..<64 { _ = try fixture.create(draft("\(index)"), as: owner, in: messages.workspaceID) }
    #expect(refusal { try fixture.create(draft("more"), as: owner, in: messages.workspaceID) } == .tooLarge)
    #expect(
      refusal { try messages.read { try Uploads.begin(owner, in: messages.workspaceID, nonce: nil, at: .now(), $0) } }
        == .tooLarge)
    let alice = try messages.member("Alice")
    #expect(try fixture.create(draft("hers"), as: alice, in: messages.workspaceID).isNew)
    let message = try messages.post("one").message
    let id = try messages.read { try #require(try $0.first("SELECT id FROM uploads WHERE blob = '5'") { $0.text(0) }) }
    try messages.write { _ = try Attachments.attach(owner, id, to: message.id, $0) }
    #expect(try fixture.create(draft("more"), as: owner, in: messages.workspaceID).isNew)
  }

  @Test func whoMayNotWriteMayNotUpload() throws {
    let guest = try messages.member("Guest", role: .guest)
    let blocked = try messages.member("Blocked")
    try messages.execute("UPDATE workspace_members SET blocked_at = 'x' WHERE user_id = ?1", [.text(blocked.userID)])
    let bot = try messages.bot("Bot", scopes: ["uploads:write"], of: messages.ids.make(.workspace))
    for caller in [guest, blocked, bot, try messages.outsider("Olaf")] {
      #expect(refusal { try fixture.create(draft("x"), as: caller, in: messages.workspaceID) } == .forbidden)
    }
    #expect(refusal { try fixture.create(draft("x"), as: owner, in: "wsp_nope") } == .forbidden)
  }

  @Test func isPrivateUntilAttachedAndPrivateAgainAfterwards() async throws {
    let alice = try messages.member("Alice")
    let guest = try messages.member("Guest", role: .guest)
    let upload = try await fixture.upload()
    #expect(try fixture.canRead(upload, owner))
    #expect(try !fixture.canRead(upload, alice))
    let first = try messages.post("one").message
    let second = try messages.post("two").message
    #expect(try fixture.attach(upload, to: first.id)?.type == EventType.messageUpdated.rawValue)
    #expect(try fixture.attach(upload, to: first.id) == nil)
    _ = try fixture.attach(upload, to: second.id)
    #expect(try fixture.canRead(upload, alice))
    #expect(try !fixture.canRead(upload, guest))
    #expect(try !fixture.canRead(upload, try messages.outsider("Olaf")))
    #expect(try messages.read { try Messages.get(alice, first.id, $0) }.attachments == [upload])
    let (gone, _) = try messages.write { try Messages.delete(owner, first.id, $0) }
    #expect(gone.attachments.isEmpty)
    #expect(try messages.read { try Messages.get(alice, first.id, $0) }.attachments.isEmpty)
    #expect(try fixture.canRead(upload, alice))
    _ = try messages.write { try Messages.delete(owner, second.id, $0) }
    #expect(try !fixture.canRead(upload, alice))
    #expect(try fixture.canRead(upload, owner))
    #expect(refusal { try fixture.attach(upload, to: first.id) } == .invalid)
  }

  @Test func directAttachmentsAreForMembersOnly() async throws {
    let (alice, bob) = (try messages.member("Alice"), try messages.member("Bob"))
    let conversation = try messages.write { tx in
      try DirectConversations.open(owner, in: messages.workspaceID, with: [alice.userID], tx)
    }
    let upload = try await fixture.upload()
    let message = try messages.whisper("see", as: owner, in: conversation.id).message
    _ = try fixture.attach(upload, to: message.id)
    #expect(try fixture.canRead(upload, alice))
    #expect(try !fixture.canRead(upload, bob))
  }

  @Test func onlyOnesOwnUploadGoesToOnesOwnMessage() async throws {
    let alice = try messages.member("Alice")
    let (mine, hers) = (try await fixture.upload(), try await fixture.upload(as: alice))
    let (byMe, byHer) = (try messages.post("me").message, try messages.post("her", as: alice).message)
    #expect(refusal { try fixture.attach(mine, to: byHer.id) } == .forbidden)
    #expect(refusal { try fixture.attach(hers, to: byMe.id) } == .notFound)
    _ = try fixture.attach(hers, to: byHer.id, as: alice)
    #expect(refusal { try fixture.attach(hers, to: byMe.id) } == .forbidden)
    #expect(refusal { try fixture.attach(mine, to: "msg_nope") } == .notFound)
    let outside = messages.ids.make(.workspace)
    try messages.addWorkspace(outside, slug: "other")
    try messages.addMember(owner.userID, role: .member, in: outside)
    let elsewhere = try await fixture.upload(in: outside)
    #expect(refusal { try fixture.attach(elsewhere, to: byMe.id) } == .forbidden)
  }

  @Test func anIconIsShownToTheWorkspaceWhileItIsOne() async throws {
    let alice = try messages.member("Alice")
    let icon = try await fixture.upload(type: "image/png")
    let text = try await fixture.upload(type: "text/html")
    let hers = try await fixture.upload(as: alice, type: "image/png")
    func change(_ path: String) throws -> Workspace {
      try messages.write { try Workspaces.update(owner, messages.workspaceID, .init(iconURL: path), $0).0 }
    }
    for path in [text.id, hers.id, "upl_nope", ""] {
      #expect(refusal { try change("/api/uploads/\(path)") } == .invalid)
    }
    #expect(try change("/api/uploads/\(icon.id)").iconURL == "/api/uploads/\(icon.id)")
    #expect(try fixture.canRead(icon, alice))
    #expect(try await fixture.removeUnused(now: .now().adding(seconds: 60)) == 2)
    #expect(try change("").iconURL == "")
    #expect(try !fixture.canRead(icon, alice))
    #expect(try await fixture.removeUnused(now: .now().adding(seconds: 60)) == 1)
    #expect(try fixture.files.isEmpty)
  }

  @Test(
    arguments: [
      ("../../etc/passwd", "passwd"), (#"C:\dir\a.txt"#, "a.txt"), ("a\u{202E}gpj.exe", "agpj.exe"), ("", "file"),
      ("..", "file"), ("x/", "x"), ("\u{200B}", "file"), ("\u{2800} ", "file"), ("\u{2800}a", "\u{2800}a"),
      ("  ü \u{1}.png ", "ü .png"),
      (String(repeating: "é", count: 300), String(repeating: "é", count: 127)),
    ])
  func namesAreMadeHarmless(given: String, kept: String) {
    #expect(UploadDraft(blob: "b", byteSize: 0, filename: given, contentType: "x").filename == kept)
  }

  private func draft(_ blob: String, nonce: String? = nil) -> UploadDraft {
    var draft = UploadDraft(blob: blob, byteSize: 1, filename: "a", contentType: "text/plain")
    draft.nonce = nonce
    return draft
  }
}
