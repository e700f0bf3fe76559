import Storage

/// `clickclack login`: signs in and stores the token for further commands.
enum LoginCommand {
  static let declaration = CommandDeclaration(
    name: "login", summary: "Sign in to a server and remember it.",
    discussion: "Sign in with a password, which is asked for at the terminal, with a sign-in link, or with a token "
      + "that you have. The token is kept in a file of yours and sent to this server only. Several servers are kept side by "
      + "side; the last one is used where none is named.",
    options: SettingOptions.client.declarations + [.plain] + [
      OptionDeclaration(name: "token-stdin", help: "Read the token from standard input."),
      OptionDeclaration(name: "email", valueName: "address", help: "Sign in with this address and a password."),
      OptionDeclaration(name: "password-stdin", help: "Read the password from standard input."),
      OptionDeclaration(name: "link", valueName: "url", help: "Sign in with a link that you were sent, or its token."),
      OptionDeclaration(name: "link-stdin", help: "Read the link from standard input."),
    ],
    action: { arguments, context in
      var configuration = try ConfigurationResolver.resolveClient(
        arguments: arguments, environment: context.environment
      ).configuration
      guard let file = CredentialFile(environment: context.environment) else {
        throw CommandFailure("neither HOME nor XDG_CONFIG_HOME says where to keep credentials")
      }
      configuration.token = try token(arguments, context, configuration)
      configuration.userID = ""
      let session = try ClientSession(arguments, context, configuration)
      let answer = try session.client.get("me")
      let user = answer["user"] ?? .null
      let key = CredentialFile.key(of: configuration.server)
      try file.update { content in
        content.current = key
        content.accounts[key] = CredentialFile.Account(
          token: configuration.token, userID: user.text("id"), name: user.text("display_name"))
      }
      switch session.output {
      case .json:
        try context.print(JSONValue.object(["server": .string(configuration.server), "user": user]).line)
      case .identifiers: try session.printLine(user.text("id"))
      case .people: try session.printLine("signed in to \(configuration.server) as \(user.text("display_name"))")
      }
    })

  private static func token(
    _ arguments: ParsedArguments, _ context: CommandContext, _ configuration: ClientConfiguration
  ) throws -> String {
    let ways = [
      arguments.string("token") != nil, arguments.isOn("token-stdin"), arguments.string("email") != nil,
      arguments.string("link") != nil, arguments.isOn("link-stdin"),
    ]
    guard ways.count(where: { $0 }) == 1 else {
      throw UsageError(
        "say how to sign in by one of '--email', '--link', '--link-stdin', '--token' and '--token-stdin'",
        path: arguments.path)
    }
    if let token = arguments.string("token") { return token }
    if arguments.isOn("token-stdin") { return try SecretInput.line(context, of: arguments.path) }
    if let email = arguments.string("email") {
      let password =
        arguments.isOn("password-stdin")
        ? try SecretInput.line(context, of: arguments.path)
        : try context.readSecret("Password of \(email) at \(configuration.server): ")
      return try exchange(
        configuration, context, at: "password", "login",
        for: ["email": .string(email), "password": .string(password)])
    }
    let link = try arguments.string("link") ?? SecretInput.line(context, of: arguments.path)
    // The token of a link is its fragment, which browsers do not send; some mail programs turn `#` into a query.
    let token = link.split { $0 == "#" || $0 == "=" }.last.map(String.init) ?? ""
    return try exchange(configuration, context, at: "magic", "consume", for: ["token": .string(token)])
  }

  /// Nobody is calling yet: no other credentials go along.
  private static func exchange(
    _ configuration: ClientConfiguration, _ context: CommandContext, at kind: String, _ action: String,
    for body: [String: JSONValue]
  ) throws(CommandFailure) -> String {
    var anonymous = configuration
    (anonymous.token, anonymous.userID) = ("", "")
    let client = try APIClient(anonymous, environment: context.environment)
    let token = try client.post("auth", kind, action, body: body).text("token")
    guard !token.isEmpty else { throw CommandFailure("the server gave no token", exitCode: .notUnderstood) }
    return token
  }
}
