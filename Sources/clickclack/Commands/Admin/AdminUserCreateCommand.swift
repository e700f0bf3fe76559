import Storage

/// `clickclack admin user create`: makes a person and prints their id.
enum AdminUserCreateCommand {
  static let declaration = CommandDeclaration(
    name: "create", summary: "Make a user and print the id.",
    options: SettingOptions.data.declarations + [
      OptionDeclaration(name: "name", valueName: "text", help: "Name of the user.", isRequired: true),
      OptionDeclaration(name: "email", valueName: "address", help: "E-mail address of the user."),
      .adminWorkspace,
    ],
    action: { arguments, context in
      let database = try ExistingDatabase(context.configuration(.data, arguments).configuration)
      let name = try arguments.required("name")
      let user = try database.write { transaction in
        try Administration.createUser(
          name: name, email: arguments.string("email"), workspace: arguments.string("workspace"), transaction)
      }
      try context.print("\(user.id)\n")
    })
}
