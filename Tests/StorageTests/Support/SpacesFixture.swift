import FoundationEssentials
import Testing

@testable import Storage

/// A bootstrapped database on disk: the captain owns the workspace, which has `#general`.
final class SpacesFixture {
  let engine: SQLiteEngine
  let ids = IDGenerator()
  let captain: Caller
  let workspace: WorkspaceID
  let general: ChannelID
  private let directory: String

  init() throws {
    directory = FileManager.default.temporaryDirectory.path + "/clickclack-spaces-\(UUID().uuidString)"
    engine = try SQLiteEngine(directory: directory)
    try Migrator().up(try engine.openWriter())
    let ids = ids
    let captainID = try engine.writeOnce(ids: ids) { try Bootstrap.run($0).userID }
    captain = Caller(userID: captainID, isBot: false, credential: .session(id: "ses_test"))
    let caller = captain
    workspace = try engine.readOnce { try #require(try Workspaces.list(caller, $0).first).id }
    let id = workspace
    general = try engine.readOnce { try #require(try Channels.named("general", in: id, $0)).id }
  }

  deinit {
    do {
      try FileManager.default.removeItem(atPath: directory)
    } catch {
      Issue.record("can't remove \(directory): \(error)")
    }
  }

  func write<T>(_ body: (Transaction) throws -> T) throws -> T { try engine.writeOnce(ids: ids, body) }
  func read<T>(_ body: (any SQLConnection) throws -> T) throws -> T { try engine.readOnce(body) }

  /// A person, a member of the workspace unless `role` is nil.
  func person(_ name: String, role: Role? = .member) throws -> Caller {
    try write { tx in
      let user = try Users.create(displayName: name, email: nil, tx)
      if let role {
        _ = try Administration.addMember(
          workspace: workspace, person: .id(user.id), role: role.rawValue, tx)
      }
      return Caller(userID: user.id, isBot: false, credential: .session(id: "ses_test"))
    }
  }

  /// Root messages by one author. For agent activity the author passes for a bot.
  @discardableResult
  func post(
    _ count: Int64 = 1, by author: Caller, in channel: ChannelID? = nil, kind: MessageKind = .message
  ) throws -> [MessageID] {
    let agent = Caller(
      userID: author.userID, isBot: true,
      credential: .botToken(id: "btok_test", workspaceID: workspace, scopes: ["agent_activity:write"]))
    let draft = try MessageDraft(body: "text", kind: kind.rawValue, by: agent)
    return try write { tx in
      try (0..<count).map { _ in
        try Messages.create(author, in: channel ?? general, draft, correlationID: "test", tx).message.id
      }
    }
  }

  /// Moves a member's read pointer.
  func markRead(_ seq: Int64, by reader: Caller, in channel: ChannelID? = nil) throws {
    try write { tx in
      _ = try tx.db.execute(
        """
        INSERT INTO channel_reads (user_id, channel_id, last_read_seq, last_read_at) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (user_id, channel_id) DO UPDATE SET last_read_seq = excluded.last_read_seq
        """, [.text(reader.userID), .text(channel ?? general), .integer(seq), .text(tx.now.text)])
    }
  }

  /// Makes a member a guest.
  func demote(_ member: Caller) throws {
    _ = try write { tx in
      try Moderation.update(captain, member: member.userID, in: workspace, Moderation.Change(role: "guest"), tx)
    }
  }
}

/// Expects a refusal of one kind.
func expectRefusal(
  _ kind: StoreError.Kind, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) {
  do {
    try body()
    Issue.record("not refused", sourceLocation: sourceLocation)
  } catch let error as StoreError {
    #expect(error.kind == kind, "\(error)", sourceLocation: sourceLocation)
  } catch {
    Issue.record(error, sourceLocation: sourceLocation)
  }
}
