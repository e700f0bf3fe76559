/// Every operation of the server. Each resource declares its own in a file of that name.
public enum API {
  /// The operations, in no particular order.
  public static let endpoints: [Endpoint] = [
    operations, serverAdministration,
    signInMethods, signInProviders, magicLinks, passwordSignIn, passkeySignIn, inviteSignIn,
    me, ownSessions, ownPassword, ownPasskeys,
    bots, botTokens, botSetupCodes, botCommands,
    workspaces, members, workspaceInvites, auditLog, channels, channelMembers, topics, pins,
    messages, threads, reactions, readPointers, directConversations,
    appInstallations, slashCommands, eventSubscriptions, connectedAccounts, hooks,
    eventLog, ephemeralEvents, liveEvents, search, routes,
    uploads,
  ].flatMap { $0 }
}
