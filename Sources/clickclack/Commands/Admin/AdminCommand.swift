import Storage

/// `clickclack admin`: groups what the operator does on the data directory, also beside a running server.
enum AdminCommand {
  static let declaration = CommandDeclaration(
    name: "admin", summary: "Administer the data directory, also while the server runs.",
    subcommands: [
      AdminBootstrapCommand.declaration,
      CommandDeclaration(
        name: "user", summary: "People.",
        subcommands: [
          AdminUserCreateCommand.declaration, AdminUserResetPasswordCommand.declaration,
          AdminUserSetPasswordCommand.declaration,
        ]),
      CommandDeclaration(
        name: "member", summary: "Members of workspaces.", subcommands: [AdminMemberAddCommand.declaration]),
      CommandDeclaration(
        name: "magic-link", summary: "Sign-in links.", subcommands: [AdminMagicLinkCreateCommand.declaration]),
      CommandDeclaration(name: "bot", summary: "Bots.", subcommands: [AdminBotCreateCommand.declaration]),
      CommandDeclaration(
        name: "invite", summary: "Invitations of new people.",
        subcommands: [
          AdminInviteCreateCommand.declaration, AdminInviteListCommand.declaration,
          AdminInviteRevokeCommand.declaration,
        ]),
      CommandDeclaration(
        name: "events", summary: "The event log.", subcommands: [AdminEventsPruneCommand.declaration]),
      AdminJobsCommand.declaration, AdminAdministratorCommand.declaration,
    ])
}

extension OptionDeclaration {
  static let adminWorkspace = OptionDeclaration(
    name: "workspace", valueName: "workspace", help: "Workspace by id or slug.")
  static let createdBy = OptionDeclaration(
    name: "created-by", valueName: "user-id", help: "Act for this member, with their rights.")

  /// Names a person in one of two ways; see `ParsedArguments.person`.
  static let person = [
    OptionDeclaration(name: "user", valueName: "user-id", help: "User by id."),
    OptionDeclaration(name: "email", valueName: "address", help: "User by e-mail address."),
  ]

  /// The same option, but one that the command cannot do without.
  var required: OptionDeclaration {
    var copy = self
    copy.isRequired = true
    return copy
  }
}

extension ParsedArguments {
  /// The person whom the options `OptionDeclaration.person` name.
  func person() throws(UsageError) -> Administration.Person {
    switch (string("user"), string("email")) {
    case (let id?, nil): return .id(id)
    case (nil, let email?): return .email(email)
    default: throw UsageError("name the user by either '--user' or '--email'", path: path)
    }
  }
}
