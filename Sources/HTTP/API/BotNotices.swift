import Storage

/// What live members of a workspace are told of its bots. Not durable: what lists say afterwards is the truth.
enum BotNotice: String {
  /// A bot was deleted everywhere.
  case botDeleted = "bot.deleted"
  /// A bot was taken out of the workspace.
  case botMembershipRemoved = "bot.membership_removed"
  /// A bot has another menu of commands.
  case botCommandUpdated = "bot_command.updated"
}

extension Services {
  /// Tells a workspace's live members what became of a bot.
  func announce(_ notice: BotNotice, bot: UserID, in workspaceID: WorkspaceID) {
    var payload = JSONWriter(capacity: 128)
    payload.object { json in
      json.field("bot_user_id", bot)
      json.field("workspace_id", workspaceID)
    }
    realtime.publish(
      ephemeral: .ephemeral(
        id: "eph_\(Timestamp.now().microseconds)", type: notice.rawValue, workspaceID: workspaceID, channelID: nil,
        directConversationID: nil, payload: String(decoding: payload.bytes, as: UTF8.self), audience: .workspace))
  }

  /// Tells every workspace that a deleted bot was in.
  func announceDeletion(of bot: Bots.Tombstone) {
    for workspaceID in bot.workspaces { announce(.botDeleted, bot: bot.bot.id, in: workspaceID) }
  }
}
