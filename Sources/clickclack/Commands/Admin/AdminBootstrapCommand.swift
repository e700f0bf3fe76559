import Storage

/// `clickclack admin bootstrap`: prepares an empty data directory and prints the first user's id.
enum AdminBootstrapCommand {
  static let declaration = CommandDeclaration(
    name: "bootstrap", summary: "Make the first user, workspace and channel; print the user's id.",
    discussion: "Makes and migrates the database if needed. If the first user exists, only prints its id.",
    options: SettingOptions.data.declarations + [
      OptionDeclaration(
        name: "name", valueName: "text", help: "Name of the user.", defaultText: Bootstrap.defaultName),
      OptionDeclaration(name: "email", valueName: "address", help: "E-mail address of the user."),
    ],
    action: { arguments, context in
      let configuration = try context.configuration(.data, arguments).configuration
      let engine = try SQLiteEngine(directory: configuration.dataDirectory)
      try engine.expectNoObstacle()
      try Migrator().up(engine.openWriter())
      let result = try engine.writeOnce(ids: IDGenerator()) { transaction in
        try Bootstrap.run(
          name: arguments.string("name") ?? Bootstrap.defaultName, email: arguments.string("email"), transaction)
      }
      try context.print("\(result.userID)\n")
    })
}
