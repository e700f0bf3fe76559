import Storage

/// `clickclack admin magic-link create`: prints a token that signs its bearer in once.
enum AdminMagicLinkCreateCommand {
  static let declaration = CommandDeclaration(
    name: "create", summary: "Make a one-time sign-in token for an e-mail address and print it.",
    options: SettingOptions.magicLinks.declarations + [
      OptionDeclaration(name: "email", valueName: "address", help: "E-mail address of the user.", isRequired: true),
      OptionDeclaration(name: "name", valueName: "text", help: "Name of the user, if the address is new."),
    ],
    action: { arguments, context in
      let configuration = try context.configuration(.magicLinks, arguments).configuration
      let email = try arguments.required("email")
      let token = try ExistingDatabase(configuration).write { transaction in
        try Administration.createMagicLink(
          email: email, displayName: arguments.string("name") ?? "",
          lasting: configuration.magicLinkLifetime.components.seconds, transaction)
      }
      try context.print("\(token)\n")
    })
}
