import Storage

/// `clickclack admin invite create`: prints a token with which somebody new makes an account.
enum AdminInviteCreateCommand {
  static let declaration = CommandDeclaration(
    name: "create", summary: "Invite somebody new to a workspace and print the token.",
    discussion: "Whoever opens the page /app/invite#TOKEN makes an account with a passkey and joins. It works once.",
    options: SettingOptions.invites.declarations + [
      .adminWorkspace.required,
      OptionDeclaration(name: "name", valueName: "text", help: "Name of the person, who may choose another."),
      OptionDeclaration(
        name: "role", valueName: "role", help: "moderator, member or guest.", defaultText: Role.member.rawValue),
      .createdBy,
    ],
    action: { arguments, context in
      let configuration = try context.configuration(.invites, arguments).configuration
      var draft = AccountInvites.Draft(
        workspace: try arguments.required("workspace"), createdBy: arguments.string("created-by"),
        seconds: configuration.inviteLifetime.components.seconds)
      draft.displayName = arguments.string("name") ?? ""
      draft.role = arguments.string("role") ?? Role.member.rawValue
      let token = try ExistingDatabase(configuration).write { [draft] in try AccountInvites.create(draft, $0).token }
      // Scripts read the token; people want the link.
      if let origin = configuration.publicURL { context.warn("link: \(origin.text)/app/invite#\(token)") }
      try context.print("\(token)\n")
    })
}
