import Storage

/// `clickclack admin user set-password`: sets a person's password to what it reads.
enum AdminUserSetPasswordCommand {
  static let declaration = CommandDeclaration(
    name: "set-password", summary: "Set a user's password to the line on standard input.",
    discussion: "Ends every session of the user.",
    options: SettingOptions.passwords.declarations,
    positionals: [PositionalDeclaration(name: "email", help: "E-mail address of the user.")],
    action: { arguments, context in
      let configuration = try context.configuration(.passwords, arguments).configuration
      let database = try ExistingDatabase(configuration)
      let email = try arguments.requiredPositional("email")
      var bytes = try context.readInput(Password.bytesMax + 2)
      for ending in [UInt8(ascii: "\n"), UInt8(ascii: "\r")] where bytes.last == ending { bytes.removeLast() }
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw CommandFailure("the password is not valid UTF-8")
      }
      let hash = try configuration.passwordHashing.hash(try Password(choosing: text))
      try database.write { try Administration.setPassword(email: email, hash: hash, $0) }
    })
}
