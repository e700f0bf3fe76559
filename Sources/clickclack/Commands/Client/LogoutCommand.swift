import Storage

/// `clickclack logout`: ends the session at the server and forgets its token.
enum LogoutCommand {
  static let declaration = CommandDeclaration(
    name: "logout", summary: "End your session at the server and forget its token.",
    discussion: "The token of a bot is only forgotten: it stays valid until it is revoked.",
    options: SettingOptions.client.declarations + [
      OptionDeclaration(name: "forget", help: "Only forget the token, without asking the server.")
    ],
    action: { arguments, context in
      let session = try ClientSession(arguments, context)
      let configuration = session.client.configuration
      guard !configuration.token.isEmpty else {
        throw CommandFailure("you are not signed in to \(configuration.server)", exitCode: .notPermitted)
      }
      if !arguments.isOn("forget"), !configuration.token.hasPrefix(Token.Kind.bot.rawValue) {
        try end(session.client)
      }
      if let file = CredentialFile(environment: context.environment) {
        try forget(configuration, in: file)
      }
      if case .json = session.output {
        try context.print(JSONValue.object(["server": .string(configuration.server)]).line)
      } else {
        try session.printLine("signed out of \(configuration.server)")
      }
    })

  /// Another token than the one that ended stays.
  private static func forget(
    _ configuration: ClientConfiguration, in file: CredentialFile
  ) throws(CommandFailure) {
    let key = CredentialFile.key(of: configuration.server)
    guard try file.read().accounts[key]?.token == configuration.token else { return }
    try file.update { content in
      content.accounts[key] = nil
      if content.current == key { content.current = "" }
    }
  }

  /// A session that has ended already is as good.
  private static func end(_ client: APIClient) throws(CommandFailure) {
    do throws(CommandFailure) {
      _ = try client.post("auth", "logout", body: [:])
    } catch  where error.exitCode == .notPermitted {
      return
    }
  }
}
