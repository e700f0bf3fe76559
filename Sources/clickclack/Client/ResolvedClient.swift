/// What the command line and the environment say about a client command, before stored credentials fill the gaps.
struct ResolvedClient {
  let configuration: ClientConfiguration
  let isServerGiven: Bool
  /// Whether they say who is calling, were it nobody.
  let isCallerGiven: Bool

  /// Adds what `login` stored.
  ///
  /// A stored token is used only for the server that it is of, and only if the caller does not say who they are. The
  /// server that was signed in to last is used only if neither the server nor the caller is given: a token from elsewhere
  /// must not go to a server that it was not meant for.
  ///
  /// - Throws: `CommandFailure` if the stored credentials can't be read or must not be trusted.
  func completed(environment: [String: String]) throws(CommandFailure) -> ClientConfiguration {
    guard !isCallerGiven, let file = CredentialFile(environment: environment) else { return configuration }
    let content = try file.read()
    var completed = configuration
    if !isServerGiven, !content.current.isEmpty { completed.server = content.current }
    completed.token = content.accounts[CredentialFile.key(of: completed.server)]?.token ?? ""
    return completed
  }
}
