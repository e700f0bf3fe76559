extension ClientConfiguration {
  /// Fills in what neither the command line nor the environment gives from what `login` stored.
  ///
  /// A stored token is used only for the server that it is of, and only if the caller does not say who they are. The
  /// server that was signed in to last is used only if neither the server nor the caller is given: a token from elsewhere
  /// must not go to a server that it was not meant for.
  ///
  /// - Throws: `CommandFailure` if the stored credentials can't be read or must not be trusted.
  func completed(environment: [String: String]) throws(CommandFailure) -> ClientConfiguration {
    guard !isCallerGiven, let file = CredentialFile(environment: environment) else { return self }
    let content = try file.read()
    var completed = self
    if !isServerGiven, !content.current.isEmpty { completed.server = content.current }
    if let account = content.accounts[CredentialFile.key(of: completed.server)] {
      completed.token = account.token
      completed.isTokenStored = true
    }
    return completed
  }
}
