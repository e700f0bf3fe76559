/// One use of a registered slash command.
public struct SlashInvocation: Sendable, JSONWritable {
  /// `sci_` and a ULID; the app knows it as `trigger_id`.
  public let id: String
  /// The command.
  public let command: SlashCommand
  /// Where it was typed.
  public let channelID: ChannelID
  /// By whom.
  public let userID: UserID
  /// What followed the command.
  public let text: String
  /// When.
  public let createdAt: String

  /// What the app is sent.
  public var callbackBody: [UInt8] { body(triggerID: id) }

  /// Writes the invocation as it began: the app's answer is kept for the log only.
  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("id", id)
      json.field("command_id", command.id)
      json.field("workspace_id", command.workspaceID)
      json.field("channel_id", channelID)
      json.field("user_id", userID)
      json.field("text", text)
      json.field("payload_json", payload)
      json.field("response_status", 0)
      json.field("created_at", createdAt)
    }
  }

  var payload: String { String(decoding: body(triggerID: nil), as: UTF8.self) }

  private func body(triggerID: String?) -> [UInt8] {
    var json = JSONWriter(capacity: 384 + text.utf8.count)
    json.object { json in
      json.field("bot_user_id", command.botUserID)
      json.field("channel_id", channelID)
      json.field("command", command.command)
      json.field("command_id", command.id)
      json.field("text", text)
      json.field("trigger_id", ifPresent: triggerID)
      json.field("user_id", userID)
      json.field("workspace_id", command.workspaceID)
    }
    return json.bytes
  }
}

/// Runs slash commands: the part before the app is called, and the part after.
public enum SlashInvocations {
  /// Invocations of one command that are kept at most.
  public static let keptPerCommandMax: Int64 = 1_000
  /// Bytes of an app's answer that are kept at most.
  public static let keptBodyBytesMax = 4 << 10

  /// What typing a command led to.
  public enum Start: Sendable {
    /// No app answers to it: it was posted as it was typed.
    case posted(Messages.Created)
    /// The app is to be called.
    case registered(SlashInvocation)
  }

  /// Notes the use of a registered command, or posts what was typed as the caller's own message. Either takes the right
  /// to write in the channel, and counts as a post of a guest.
  /// - Parameters:
  ///   - command: What was typed as the command, trimmed; empty for none.
  ///   - text: What followed it, trimmed.
  /// - Throws: `StoreError.notFound`, `.forbidden`, `.tooMany`, `.invalid` when nothing was typed; `SQLError`.
  public static func start(
    _ caller: Caller, in channelID: ChannelID, command: String, text: String, correlationID: String,
    _ tx: Transaction
  ) throws -> Start {
    let poster = try Access.poster(caller, in: channelID, tx)
    let workspaceID = poster.membership.workspaceID
    guard let name = CommandName.normalized(command),
      let registered = try SlashCommands.active(name, in: workspaceID, tx.db)
    else {
      let draft = try MessageDraft(body: typed(command, text), by: caller)
      return .posted(try Messages.create(caller, in: channelID, draft, correlationID: correlationID, tx))
    }
    if poster.isPrivate, try !ChannelMembers.admit(registered.botUserID, to: channelID, tx.db) {
      // Its app would learn of the channel, and could not answer.
      throw StoreError.forbidden("the command's bot does not belong to this channel; add it first")
    }
    if poster.membership.role == .guest { try GuestBudget.spend(caller.userID, workspaceID, tx) }
    let invocation = SlashInvocation(
      id: tx.ids.make(.slashInvocation), command: registered, channelID: channelID, userID: caller.userID, text: text,
      createdAt: tx.now.text)
    try tx.db.execute(
      """
      INSERT INTO slash_invocations (id, command_id, workspace_id, channel_id, user_id, text, payload, created_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
      """,
      [
        .text(invocation.id), .text(registered.id), .text(workspaceID), .text(channelID), .text(caller.userID),
        .text(text), .text(invocation.payload), .text(tx.now.text),
      ])
    try tx.db.execute(
      """
      DELETE FROM slash_invocations WHERE command_id = ?1 AND id <= (
        SELECT id FROM slash_invocations WHERE command_id = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)
      """, [.text(registered.id), .integer(keptPerCommandMax)])
    return .registered(invocation)
  }

  /// Notes what the app answered, or why it did not.
  /// - Throws: `SQLError`.
  public static func record(
    _ invocation: SlashInvocation, status: Int, body: [UInt8], error: String, _ tx: Transaction
  ) throws {
    try tx.db.execute(
      """
      UPDATE slash_invocations SET response_status = ?2, response_body = ?3, error = ?4, completed_at = ?5
      WHERE id = ?1
      """,
      [
        .text(invocation.id), .integer(Int64(status)), .text(KeptText.of(body, bytesMax: keptBodyBytesMax)),
        .text(error), .text(tx.now.text),
      ])
  }

  /// Posts the app's answer in the channel as the command's bot.
  /// - Throws: `StoreError` when the bot may not write there, `SQLError`.
  public static func post(
    _ text: String, answering invocation: SlashInvocation, correlationID: String, _ tx: Transaction
  ) throws -> Messages.Created {
    let bot = Caller(
      userID: invocation.command.botUserID, isBot: true, credential: .slashCommand(id: invocation.command.id))
    let draft = try MessageDraft(body: text, by: bot)
    return try Messages.create(bot, in: invocation.channelID, draft, correlationID: correlationID, tx)
  }

  /// A command with what followed it, as one line.
  public static func typed(_ command: String, _ text: String) -> String { PlainText.trimmed("\(command) \(text)") }
}
