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
  // Columns: nobody; owner, moderator, member, guest, timed out, blocked, blocked moderator, outsider;
  //          admin bot, write bot, read bot, bare bot, owned bot, foreign bot.
  static let all: [AuthorizationRule] = [
    .init("getHealth", ". ........ ......"),
    .init("getReadiness", ". ........ ......"),
    .init("getMetrics", ". ........ ......", allowed: 404),
    .init("requestMagicLink", ". ........ ......", body: #"{"email":"new@example.com"}"#, allowed: 501),
    .init("consumeMagicLink", ". ........ ......", body: #"{"token":"{magic_token}"}"#),
    .init("startGitHubOAuth", ". ........ ......", allowed: 501),
    .init("startOpenClawIDOAuth", ". ........ ......", allowed: 501),
    .init(
      "startDesktopGitHubOAuth", ". ........ ......",
      query: "?code_challenge=" + String(repeating: "a", count: 43), allowed: 501),
    .init("consumeDesktopGitHubOAuth", ". ........ ......", body: desktopCode, allowed: 400),
    .init("finishGitHubOAuth", ". ........ ......", allowed: 400),
    .init("finishOpenClawIDOAuth", ". ........ ......", allowed: 400),
    .init("claimBotSetupCode", ". ........ ......", body: #"{"code":"{setup_code}"}"#),
    .init("logOut", "1 ........ 333333"),
    .init("getMe", "1 ........ ...3.."),
    .init("updateMe", "1 ........ 333333", body: #"{"display_name":"New"}"#),
    .init("listMyBots", "1 ........ 333333"),
    .init("listMySessions", "1 ........ 333333"),
    .init("revokeMySessions", "1 ........ 333333"),
    .init("revokeMySession", "1 .4444444 333333", on: "the owner's"),
    .init("listEventTypes", "1 ........ ......"),
    .init("listWorkspaces", "1 ........ ...3.."),
    .init("createWorkspace", "1 ...3.... 333333", body: #"{"name":"Another"}"#),
    .init("getWorkspace", "1 .......4 ...3.3"),
    .init("updateWorkspace", "1 ..333334 333333", body: #"{"name":"New"}"#),
    .init("deleteWorkspace", "1 .3333333 333333"),
    .init("transferWorkspaceOwnership", "1 .3333333 333333", body: #"{"user_id":"{author}"}"#),
    .init("listWorkspaceMembers", "1 .......4 ...3.3"),
    .init("listWorkspaceMembersForModeration", "1 ..333334 333333"),
    .init("updateWorkspaceMemberModeration", "1 ..333334 333333", on: "block a member", body: #"{"blocked":true}"#),
    .init(
      "updateWorkspaceMemberModeration", "1 .3333334 333333", on: "appoint a moderator",
      body: #"{"role":"moderator"}"#),
    .init(
      "updateWorkspaceMemberModeration", "1 .3333334 333333", on: "block the moderator",
      path: "/api/workspaces/{workspace_id}/moderation/members/{moderator}", body: #"{"blocked":true}"#),
    .init("listAuditLogEntries", "1 ...3...4 333333"),
    .init("listChannels", "1 .......4 ...3.3"),
    .init("createChannel", "1 ...33334 .33333", body: #"{"name":"new"}"#),
    .init("updateChannel", "1 .3333334 .33333", body: #"{"display_title":"New"}"#),
    .init("getChannelNotificationSettings", "1 ...3...4 ...3.3"),
    .init("updateChannelNotificationSettings", "1 ...3...4 ...3.3", body: #"{"preference":"muted"}"#),
    .init("listTopics", "1 .......4 ...3.3"),
    .init("createTopic", "1 ...33334 .33333", body: #"{"name":"new"}"#),
    .init("listMessages", "1 ...3...4 ...3.3", on: "general"),
    .init("listMessages", "1 .......4 ...3.3", on: "waiting room", path: "/api/channels/{waiting_room}/messages"),
    .init("createMessage", "1 ...33334 ..33.3", on: "general", body: words),
    .init(
      "createMessage", "1 ....3334 ..33.3", on: "waiting room",
      path: "/api/channels/{waiting_room}/messages", body: words),
    .init("createMessage", "1 33333333 .33333", on: "agent activity", body: #"{"body":"words","kind":"agent_tool"}"#),
    .init("getMessage", "1 ...3...4 ...3.3"),
    .init("getMessage", "1 .4444444 444343", on: "of a direct conversation", path: "/api/messages/{direct_message}"),
    .init("updateMessage", "1 ....3334 ..33.3", on: "own", path: "/api/messages/{own_message}", body: words),
    .init("updateMessage", "1 33333334 333333", on: "another's", body: words),
    .init("deleteMessage", "1 ....3334 ..33.3", on: "own", path: "/api/messages/{own_message}"),
    .init("deleteMessage", "1 .3333334 333333", on: "another's"),
    .init("getMessageByNonce", "1 .......4 ..33.3", query: "?workspace_id={workspace_id}&nonce=of%20them"),
    .init("ensureMessageRoute", "1 ...3...4 ...3.3"),
    .init("getThread", "1 ...3...4 ...3.3"),
    .init("createThreadReply", "1 ...33334 ..33.3", body: words),
    .init("addReaction", "1 ...33334 ..33.3", body: #"{"emoji":"y"}"#),
    .init(
      "addReaction", "1 .4444444 443343", on: "in a direct conversation",
      path: "/api/messages/{direct_message}/reactions", body: #"{"emoji":"y"}"#),
    .init("removeReaction", "1 ...33334 ..33.3"),
    .init(
      "attachUpload", "1 ...43334 ..33.3", on: "own to own",
      path: "/api/messages/{own_message}/attachments", body: #"{"upload_id":"upl_{self}"}"#),
    .init("attachUpload", "1 33333334 333333", on: "own to another's", body: #"{"upload_id":"upl_{self}"}"#),
    .init(
      "attachUpload", "1 44443334 443343", on: "another's to own",
      path: "/api/messages/{own_message}/attachments", body: #"{"upload_id":"upl_private"}"#),
    .init("markChannelRead", "1 ...3...4 ...3.3", body: #"{"seq":1}"#),
    .init("listPinnedMessages", "1 ...3...4 ...3.3"),
    .init("pinMessage", "1 ...33334 ..33.3", body: #"{"message_id":"{unpinned}"}"#),
    .init("unpinMessage", "1 ...33334 ..33.3"),
    .init("listDirectConversations", "1 .......4 ...3.3", query: "?workspace_id={workspace_id}"),
    .init(
      "createDirectConversation", "1 ...33334 ..33.3",
      body: #"{"workspace_id":"{workspace_id}","member_ids":["{author}"]}"#),
    .init("getDirectConversation", "1 .4444444 444343", on: "the owner's"),
    .init("listDirectMessages", "1 .4444444 444343", on: "the owner's"),
    .init("createDirectMessage", "1 .4444444 443343", on: "the owner's", body: words),
    .init("markDirectRead", "1 .4444444 444343", on: "the owner's", body: #"{"seq":1}"#),
    .init("hideDirectConversation", "1 .4444444 333333", on: "the owner's"),
    .init("reopenDirectConversation", "1 .4444444 333333", on: "the owner's"),
    .init("search", "1 .......4 ...3.3", query: "?workspace_id={workspace_id}&q=words"),
    .init(
      "search", "1 .4444444 444343", on: "the owner's conversation",
      query: "?workspace_id={workspace_id}&q=words&direct_conversation_id={conversation_id}"),
    .init("resolveRoute", "1 ...3...4 ...3.3"),
    .init("createUpload", "1 ...33333 ..33.3", query: "?workspace_id={workspace_id}", allowed: 400),
    .init("getUploadByNonce", "1 ...4...4 ..33.3", on: "own", query: "?workspace_id={workspace_id}&nonce=upl_{self}"),
    .init("getUpload", "1 ...4...4 ...3.3", on: "attached", path: "/api/uploads/upl_shared"),
    .init("getUpload", "1 44444444 444343", on: "another's, unattached", path: "/api/uploads/upl_private"),
    .init("listEvents", "1 .......4 ...3.3", query: "?workspace_id={workspace_id}"),
    .init(
      "publishEphemeral", "1 ...33334 ..33.3", on: "typing",
      body: #"{"workspace_id":"{workspace_id}","channel_id":"{channel_id}","type":"typing.started"}"#),
    .init(
      "publishEphemeral", "1 33333333 ..33.3", on: "agent's progress",
      body: #"{"workspace_id":"{workspace_id}","channel_id":"{channel_id}","type":"agent.progress"}"#),
    .init(
      "realtimeWebSocket", "1 .......4 ...3.3",
      query: "?workspace_id={workspace_id}", headers: upgrade, allowed: 101),
    .init("realtimeEventStream", "1 .......4 ...3.3", query: "?workspace_id={workspace_id}"),
    .init("mattermostIncomingWebhook", "1 ...33334 ..33.3", body: #"{"text":"words"}"#),
    .init("slashCommand", "1 ...33334 ..33.3", on: "unregistered", query: "?command=/hello&text=you"),
    .init("listBots", "1 ...3...4 333333"),
    .init("createBot", "1 ..333334 333333", on: "service bot", body: #"{"display_name":"New"}"#),
    .init("createBot", "1 ...33334 333333", on: "own bot", body: #"{"display_name":"New","owner_user_id":"{self}"}"#),
    .init("deleteBot", "1 ..333334 333333", on: "service bot"),
    .init("deleteBot", "1 33.33334 333333", on: "the member's", path: "/api/bots/{owned_bot}"),
    .init("removeBotFromWorkspace", "1 ..333334 333333", on: "service bot"),
    .init(
      "removeBotFromWorkspace", "1 ...33334 333333", on: "the member's",
      path: "/api/workspaces/{workspace_id}/bots/{owned_bot}/membership"),
    .init("listBotTokens", "1 ...3...4 333333"),
    .init("listWorkspaceBotTokens", "1 ...3...4 333333"),
    .init("createBotToken", "1 ..333334 333333", on: "service bot", body: "{}"),
    .init("createBotToken", "1 33.33334 333333", on: "the member's", path: "/api/bots/{owned_bot}/tokens", body: "{}"),
    .init("createWorkspaceBotToken", "1 ..333334 333333", on: "service bot", body: "{}"),
    .init(
      "createWorkspaceBotToken", "1 33.33334 333333", on: "the member's",
      path: "/api/workspaces/{workspace_id}/bots/{owned_bot}/tokens", body: "{}"),
    .init("revokeBotToken", "1 ..333334 333333", on: "service bot"),
    .init("revokeBotToken", "1 33.33334 333333", on: "the member's", path: "/api/bot-tokens/{owned_token}/revoke"),
    .init("createWorkspaceBotSetupCode", "1 ..333334 333333", on: "service bot", body: "{}"),
    .init(
      "createWorkspaceBotSetupCode", "1 33.33334 333333", on: "the member's",
      path: "/api/workspaces/{workspace_id}/bots/{owned_bot}/setup-codes", body: "{}"),
    .init("listBotCommands", "1 ...3...4 ...3.3"),
    .init("setBotCommands", "1 33333333 ..33..", body: #"{"commands":[]}"#),
    .init("listSlashCommands", "1 ...3...4 333333"),
    .init(
      "createSlashCommand", "1 ..333334 333333",
      body: #"{"command":"new","callback_url":"https://app.example.com","bot_user_id":"{bot_user_id}"}"#),
    .init("revokeSlashCommand", "1 ..333334 333333"),
    .init("rotateSlashCommandSecret", "1 ..333334 333333"),
    .init("listEventSubscriptions", "1 ...3...4 333333"),
    .init(
      "createEventSubscription", "1 ..333334 333333",
      body: #"{"event_types":["*"],"callback_url":"https://app.example.com"}"#),
    .init("revokeEventSubscription", "1 ..333334 333333"),
    .init("rotateEventSubscriptionSecret", "1 ..333334 333333"),
    .init("listEventDeliveryAttempts", "1 ...3...4 333333"),
    .init("listAppInstallations", "1 ...3...4 333333"),
    .init("createAppInstallation", "1 ..333334 333333", body: #"{"app_slug":"new","bot_user_id":"{bot_user_id}"}"#),
    .init("revokeAppInstallation", "1 ..333334 333333"),
    .init("listConnectedAccounts", "1 ...3...4 333333"),
    .init(
      "createConnectedAccount", "1 ..333334 333333",
      body: #"{"user_id":"{author}","provider":"forge","provider_account_id":"2"}"#),
    .init("revokeConnectedAccount", "1 ..333334 333333"),
    .init("getServerStatus", "1 .3333333 333333"),
    .init("listJobs", "1 .3333333 333333"),
    .init("retryJob", "1 .3333333 333333"),
    .init("discardJob", "1 .3333333 333333"),
    .init("listSignInMethods", ". ........ ......"),
    .init(
      "logInWithPassword", "1 11111111 111111", body: #"{"email":"{self}@example.com","password":"not the password"}"#),
    .init(
      "resetPassword", ". ........ ......", body: #"{"token":"unknown","password":"correct horse battery"}"#,
      allowed: 400),
    .init("startOpenIDConnect", "4 44444444 444444", path: "/api/auth/oidc/unknown/start"),
    .init("finishOpenIDConnect", "4 44444444 444444", path: "/api/auth/oidc/unknown/callback"),
    .init("setMyPassword", "1 ........ 333333", body: #"{"new_password":"correct horse battery"}"#),
    .init("removeMyPassword", "1 ........ 333333", body: #"{"current_password":"none"}"#, allowed: 404),
    .init("startPasskeySignIn", ". ........ ......", body: "{}"),
    .init("signInWithPasskey", ". ........ ......", body: "{}", allowed: 400),
    .init("startInvite", ". ........ ......", body: #"{"token":"{account_invite_token}"}"#),
    .init("acceptInvite", ". ........ ......", body: #"{"token":"{account_invite_token}"}"#, allowed: 400),
    .init("listMyPasskeys", "1 ........ 333333"),
    .init("startPasskeyRegistration", "1 ........ 333333", body: "{}"),
    .init("registerPasskey", "1 ........ 333333", body: "{}", allowed: 400),
    .init("renamePasskey", "1 .4444444 333333", on: "the owner's", body: #"{"name":"New"}"#),
    .init("deletePasskey", "1 .4444444 333333", on: "the owner's"),
    .init("createWorkspaceInvite", "1 ..333334 333333", body: "{}"),
    .init("listWorkspaceInvites", "1 ..333334 333333"),
    .init("revokeWorkspaceInvite", "1 ..333334 333333"),
    .init("previewWorkspaceInvite", ". ........ ......", body: #"{"token":"{invite_token}"}"#),
    .init("acceptWorkspaceInvite", "1 .....33. 333333", body: #"{"token":"{invite_token}"}"#),
    .init(
      "listMessages", "1 .4444444 444344", on: "the owner's private channel",
      path: "/api/channels/{private_channel}/messages"),
    .init(
      "createMessage", "1 .4444444 443344", on: "the owner's private channel",
      path: "/api/channels/{private_channel}/messages", body: words),
    .init(
      "getMessage", "1 .4444444 444344", on: "the owner's private channel", path: "/api/messages/{private_message}"),
    .init(
      "listChannelMembers", "1 .4444444 444344", on: "the owner's private channel",
      path: "/api/channels/{private_channel}/members"),
    .init(
      "addChannelMember", "1 .4444444 433334", on: "the owner's private channel",
      path: "/api/channels/{private_channel}/members", body: #"{"user_id":"{member}"}"#),
    .init(
      "removeChannelMember", "1 .4444444 433334", on: "the owner's private channel",
      path: "/api/channels/{private_channel}/members/{author}"),
  ]

  private static let words = #"{"body":"words"}"#
  private static let desktopCode =
    #"{"code":"0123456789abcdef0123456789abcdef","code_verifier":"\#(String(repeating: "a", count: 43))"}"#
  private static let upgrade = [
    ("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
  ]
}
