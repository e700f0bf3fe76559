import Storage

/// `clickclack admin user reset-password`: prints a link with which a person sets a new password.
enum AdminUserResetPasswordCommand {
  static let declaration = CommandDeclaration(
    name: "reset-password", summary: "Make a one-time link with which a user sets a new password, and print it.",
    discussion: "The present password works until the link is used.",
    options: SettingOptions.passwordResets.declarations,
    positionals: [PositionalDeclaration(name: "email", help: "E-mail address of the user.")],
    action: { arguments, context in
      let configuration = try context.configuration(.passwordResets, arguments).configuration
      let email = try arguments.requiredPositional("email")
      let token = try ExistingDatabase(configuration).write { transaction in
        try Administration.createPasswordReset(
          email: email, lasting: configuration.passwordResetLifetime.components.seconds, transaction)
      }
      try context.print("\(configuration.linkBase)/app/reset#\(token)\n")
    })
}
