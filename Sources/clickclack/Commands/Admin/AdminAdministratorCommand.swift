import Storage

/// `clickclack admin administrator`: who may look after the whole server by the API.
enum AdminAdministratorCommand {
  static let declaration = CommandDeclaration(
    name: "administrator", summary: "Administrators of the server.", subcommands: [add, remove, list])

  private static let add = CommandDeclaration(
    name: "add", summary: "Make a user an administrator of the server.",
    options: SettingOptions.data.declarations + OptionDeclaration.person,
    action: { arguments, context in
      let database = try ExistingDatabase(context.configuration(.data, arguments).configuration)
      let person = try arguments.person()
      let added = try database.write { try Administrators.add(person, $0) }
      try context.print("\(added.user.id)\t\(added.isNew ? "administrator added" : "already an administrator")\n")
    })

  private static let remove = CommandDeclaration(
    name: "remove", summary: "Take an administrator's rights away. The first user keeps them.",
    options: SettingOptions.data.declarations + OptionDeclaration.person,
    action: { arguments, context in
      let database = try ExistingDatabase(context.configuration(.data, arguments).configuration)
      let person = try arguments.person()
      let removed = try database.write { try Administrators.remove(person, $0) }
      try context.print("\(removed.user.id)\t\(removed.wasOne ? "administrator removed" : "was no administrator")\n")
    })

  private static let list = CommandDeclaration(
    name: "list", summary: "Print the administrators: id and name.",
    options: SettingOptions.data.declarations,
    action: { arguments, context in
      let database = try ExistingDatabase(context.configuration(.data, arguments).configuration)
      for user in try database.read({ try Administrators.list($0) }) {
        try context.print("\(user.id)\t\(context.displayed(user.displayName))\n")
      }
    })
}
