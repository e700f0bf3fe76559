/// One operation, or one way to use it, and what each `AuthorizationCaller` is answered.
struct AuthorizationRule: Sendable {
  /// The operation's name in `openapi.yaml`.
  let operation: String
  /// Which way to use it, where the answer depends on that.
  let situation: String
  /// A character of `AuthorizationOutcome` for each caller: nobody; people, from the owner to the outsider; bots.
  let cells: String
  /// The path, where it isn't the endpoint's pattern with the names of the fixture in it.
  var path: String?
  var query = ""
  var body = ""
  var headers: [(String, String)] = []
  /// The status that counts as done, when it is none of 200 to 299: what is not configured here answers 501, say.
  var allowed: Int?

  init(
    _ operation: String, _ cells: String, on situation: String = "", path: String? = nil, query: String = "",
    body: String = "", headers: [(String, String)] = [], allowed: Int? = nil
  ) {
    self.operation = operation
    self.situation = situation
    self.cells = cells
    self.path = path
    self.query = query
    self.body = body
    self.headers = headers
    self.allowed = allowed
  }

  /// The expected outcomes in the order of the callers.
  var expected: [AuthorizationOutcome?] {
    cells.filter { $0 != " " }.map { AuthorizationOutcome(rawValue: $0) }
  }

  /// The authorization of every operation. A new endpoint takes one line here: its operation's name and a cell for
  /// each caller (`.` done, `1` 401, `3` 403, `4` 404), then what a request needs to succeed for those who may.
  // Columns: nobody; owner, moderator, member, guest, timed out, blocked, outsider;
  //          admin bot, write bot, read bot, bare bot, owned bot, foreign bot.
  static let all: [AuthorizationRule] = [
    .init("getHealth", "1 ....... ......"),
    .init("getReadiness", "1 ....... ......"),
    .init("getMetrics", "1 ....... ......", allowed: 404),
    .init("requestMagicLink", "1 ....... ......", body: #"{"email":"new@example.com"}"#, allowed: 501),
    .init("consumeMagicLink", "1 ....... ......", body: #"{"token":"{magic_token}"}"#),
    .init("startGitHubOAuth", "1 ....... ......", allowed: 501),
    .init("startOpenClawIDOAuth", "1 ....... ......", allowed: 501),
    .init(
      "startDesktopGitHubOAuth", "1 ....... ......",
      query: "?code_challenge=" + String(repeating: "a", count: 43), allowed: 501),
    .init("consumeDesktopGitHubOAuth", "1 ....... ......", body: desktopCode, allowed: 400),
    .init("finishGitHubOAuth", "1 ....... ......", allowed: 400),
    .init("finishOpenClawIDOAuth", "1 ....... ......", allowed: 400),
    .init("claimBotSetupCode", "1 ....... ......", body: #"{"code":"{setup_code}"}"#),
    .init("logOut", "1 ....... ......"),
    .init("getMe", "1 ....... ......"),
    .init("updateMe", "1 ....... ......", body: #"{"display_name":"New"}"#),
    .init("listMyBots", "1 ....... ......"),
    .init("listMySessions", "1 ....... ......"),
    .init("revokeMySessions", "1 ....... ......"),
    .init("revokeMySession", "1 ....... ......", on: "the owner's"),
    .init("listEventTypes", "1 ....... ......"),
    .init("listWorkspaces", "1 ....... ......"),
    .init("createWorkspace", "1 ....... ......", body: #"{"name":"Another"}"#),
    .init("getWorkspace", "1 ....... ......"),
    .init("updateWorkspace", "1 ....... ......", body: #"{"name":"New"}"#),
    .init("deleteWorkspace", "1 ....... ......"),
    .init("transferWorkspaceOwnership", "1 ....... ......", body: #"{"user_id":"{author}"}"#),
    .init("listWorkspaceMembers", "1 ....... ......"),
    .init("listWorkspaceMembersForModeration", "1 ....... ......"),
    .init("updateWorkspaceMemberModeration", "1 ....... ......", on: "block a member", body: #"{"blocked":true}"#),
    .init(
      "updateWorkspaceMemberModeration", "1 ....... ......", on: "appoint a moderator",
      body: #"{"role":"moderator"}"#),
    .init(
      "updateWorkspaceMemberModeration", "1 ....... ......", on: "block the moderator",
      path: "/api/workspaces/{workspace_id}/moderation/members/{moderator}", body: #"{"blocked":true}"#),
    .init("listAuditLogEntries", "1 ....... ......"),
    .init("listChannels", "1 ....... ......"),
    .init("createChannel", "1 ....... ......", body: #"{"name":"new"}"#),
    .init("updateChannel", "1 ....... ......", body: #"{"display_title":"New"}"#),
    .init("getChannelNotificationSettings", "1 ....... ......"),
    .init("updateChannelNotificationSettings", "1 ....... ......", body: #"{"preference":"muted"}"#),
    .init("listTopics", "1 ....... ......"),
    .init("createTopic", "1 ....... ......", body: #"{"name":"new"}"#),
    .init("listMessages", "1 ....... ......", on: "general"),
    .init("listMessages", "1 ....... ......", on: "waiting room", path: "/api/channels/{waiting_room}/messages"),
    .init("createMessage", "1 ....... ......", on: "general", body: words),
    .init(
      "createMessage", "1 ....... ......", on: "waiting room",
      path: "/api/channels/{waiting_room}/messages", body: words),
    .init("createMessage", "1 ....... ......", on: "agent activity", body: #"{"body":"words","kind":"agent_tool"}"#),
    .init("getMessage", "1 ....... ......"),
    .init("getMessage", "1 ....... ......", on: "of a direct conversation", path: "/api/messages/{direct_message}"),
    .init("updateMessage", "1 ....... ......", on: "own", path: "/api/messages/{own_message}", body: words),
    .init("updateMessage", "1 ....... ......", on: "another's", body: words),
    .init("deleteMessage", "1 ....... ......", on: "own", path: "/api/messages/{own_message}"),
    .init("deleteMessage", "1 ....... ......", on: "another's"),
    .init("getMessageByNonce", "1 ....... ......", query: "?workspace_id={workspace_id}&nonce=of%20them"),
    .init("ensureMessageRoute", "1 ....... ......"),
    .init("getThread", "1 ....... ......"),
    .init("createThreadReply", "1 ....... ......", body: words),
    .init("addReaction", "1 ....... ......", body: #"{"emoji":"y"}"#),
    .init(
      "addReaction", "1 ....... ......", on: "in a direct conversation",
      path: "/api/messages/{direct_message}/reactions", body: #"{"emoji":"y"}"#),
    .init("removeReaction", "1 ....... ......"),
    .init(
      "attachUpload", "1 ....... ......", on: "own to own",
      path: "/api/messages/{own_message}/attachments", body: #"{"upload_id":"upl_{self}"}"#),
    .init("attachUpload", "1 ....... ......", on: "own to another's", body: #"{"upload_id":"upl_{self}"}"#),
    .init(
      "attachUpload", "1 ....... ......", on: "another's to own",
      path: "/api/messages/{own_message}/attachments", body: #"{"upload_id":"upl_private"}"#),
    .init("markChannelRead", "1 ....... ......", body: #"{"seq":1}"#),
    .init("listPinnedMessages", "1 ....... ......"),
    .init("pinMessage", "1 ....... ......", body: #"{"message_id":"{unpinned}"}"#),
    .init("unpinMessage", "1 ....... ......"),
    .init("listDirectConversations", "1 ....... ......", query: "?workspace_id={workspace_id}"),
    .init(
      "createDirectConversation", "1 ....... ......",
      body: #"{"workspace_id":"{workspace_id}","member_ids":["{author}"]}"#),
    .init("getDirectConversation", "1 ....... ......", on: "the owner's"),
    .init("listDirectMessages", "1 ....... ......", on: "the owner's"),
    .init("createDirectMessage", "1 ....... ......", on: "the owner's", body: words),
    .init("markDirectRead", "1 ....... ......", on: "the owner's", body: #"{"seq":1}"#),
    .init("hideDirectConversation", "1 ....... ......", on: "the owner's"),
    .init("reopenDirectConversation", "1 ....... ......", on: "the owner's"),
    .init("search", "1 ....... ......", query: "?workspace_id={workspace_id}&q=words"),
    .init(
      "search", "1 ....... ......", on: "the owner's conversation",
      query: "?workspace_id={workspace_id}&q=words&direct_conversation_id={conversation_id}"),
    .init("resolveRoute", "1 ....... ......"),
    .init("createUpload", "1 ....... ......", query: "?workspace_id={workspace_id}", allowed: 400),
    .init("getUploadByNonce", "1 ....... ......", on: "own", query: "?workspace_id={workspace_id}&nonce=upl_{self}"),
    .init("getUpload", "1 ....... ......", on: "attached", path: "/api/uploads/upl_shared"),
    .init("getUpload", "1 ....... ......", on: "another's, unattached", path: "/api/uploads/upl_private"),
    .init("listEvents", "1 ....... ......", query: "?workspace_id={workspace_id}"),
    .init(
      "publishEphemeral", "1 ....... ......", on: "typing",
      body: #"{"workspace_id":"{workspace_id}","channel_id":"{channel_id}","type":"typing.started"}"#),
    .init(
      "publishEphemeral", "1 ....... ......", on: "agent's progress",
      body: #"{"workspace_id":"{workspace_id}","channel_id":"{channel_id}","type":"agent.progress"}"#),
    .init(
      "realtimeWebSocket", "1 ....... ......",
      query: "?workspace_id={workspace_id}", headers: upgrade, allowed: 101),
    .init("realtimeEventStream", "1 ....... ......", query: "?workspace_id={workspace_id}"),
    .init("mattermostIncomingWebhook", "1 ....... ......", body: #"{"text":"words"}"#),
    .init("slashCommand", "1 ....... ......", on: "unregistered", query: "?command=/hello&text=you"),
    .init("listBots", "1 ....... ......"),
    .init("createBot", "1 ....... ......", on: "service bot", body: #"{"display_name":"New"}"#),
    .init("createBot", "1 ....... ......", on: "own bot", body: #"{"display_name":"New","owner_user_id":"{self}"}"#),
    .init("deleteBot", "1 ....... ......", on: "service bot"),
    .init("deleteBot", "1 ....... ......", on: "the member's", path: "/api/bots/{owned_bot}"),
    .init("removeBotFromWorkspace", "1 ....... ......", on: "service bot"),
    .init(
      "removeBotFromWorkspace", "1 ....... ......", on: "the member's",
      path: "/api/workspaces/{workspace_id}/bots/{owned_bot}/membership"),
    .init("listBotTokens", "1 ....... ......"),
    .init("listWorkspaceBotTokens", "1 ....... ......"),
    .init("createBotToken", "1 ....... ......", on: "service bot", body: "{}"),
    .init("createBotToken", "1 ....... ......", on: "the member's", path: "/api/bots/{owned_bot}/tokens", body: "{}"),
    .init("createWorkspaceBotToken", "1 ....... ......", on: "service bot", body: "{}"),
    .init(
      "createWorkspaceBotToken", "1 ....... ......", on: "the member's",
      path: "/api/workspaces/{workspace_id}/bots/{owned_bot}/tokens", body: "{}"),
    .init("revokeBotToken", "1 ....... ......", on: "service bot"),
    .init("revokeBotToken", "1 ....... ......", on: "the member's", path: "/api/bot-tokens/{owned_token}/revoke"),
    .init("createWorkspaceBotSetupCode", "1 ....... ......", on: "service bot", body: "{}"),
    .init(
      "createWorkspaceBotSetupCode", "1 ....... ......", on: "the member's",
      path: "/api/workspaces/{workspace_id}/bots/{owned_bot}/setup-codes", body: "{}"),
    .init("listBotCommands", "1 ....... ......"),
    .init("setBotCommands", "1 ....... ......", body: #"{"commands":[]}"#),
    .init("listSlashCommands", "1 ....... ......"),
    .init(
      "createSlashCommand", "1 ....... ......",
      body: #"{"command":"new","callback_url":"https://app.example.com","bot_user_id":"{bot_user_id}"}"#),
    .init("revokeSlashCommand", "1 ....... ......"),
    .init("rotateSlashCommandSecret", "1 ....... ......"),
    .init("listEventSubscriptions", "1 ....... ......"),
    .init(
      "createEventSubscription", "1 ....... ......",
      body: #"{"event_types":["*"],"callback_url":"https://app.example.com"}"#),
    .init("revokeEventSubscription", "1 ....... ......"),
    .init("rotateEventSubscriptionSecret", "1 ....... ......"),
    .init("listEventDeliveryAttempts", "1 ....... ......"),
    .init("listAppInstallations", "1 ....... ......"),
    .init("createAppInstallation", "1 ....... ......", body: #"{"app_slug":"new","bot_user_id":"{bot_user_id}"}"#),
    .init("revokeAppInstallation", "1 ....... ......"),
    .init("listConnectedAccounts", "1 ....... ......"),
    .init(
      "createConnectedAccount", "1 ....... ......",
      body: #"{"user_id":"{author}","provider":"forge","provider_account_id":"2"}"#),
    .init("revokeConnectedAccount", "1 ....... ......"),
  ]

  private static let words = #"{"body":"words"}"#
  private static let desktopCode =
    #"{"code":"0123456789abcdef0123456789abcdef","code_verifier":"\#(String(repeating: "a", count: 43))"}"#
  private static let upgrade = [
    ("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
  ]
}
