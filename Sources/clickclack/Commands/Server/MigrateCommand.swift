import Storage

/// `clickclack migrate`: brings the database to this build's schema, or says what it lacks.
enum MigrateCommand {
  static let declaration = CommandDeclaration(
    name: "migrate", summary: "Bring the database to this build's schema.",
    options: SettingOptions.data.declarations,
    subcommands: [
      CommandDeclaration(
        name: "up", summary: "Apply every pending step (the default).", options: SettingOptions.data.declarations,
        action: up),
      CommandDeclaration(
        name: "status", summary: "List the steps and when each was applied.",
        options: SettingOptions.data.declarations, action: status),
    ],
    action: up)

  private static let up: CommandDeclaration.Action = { arguments, context in
    let configuration = try context.configuration(.data, arguments).configuration
    let engine = try SQLiteEngine(directory: configuration.dataDirectory)
    try engine.expectNoObstacle()
    let database = try engine.openWriter()
    let applied = try Migrator().up(database)
    for step in applied { try context.print("applied \(step.version) \(step.name)\n") }
    if applied.isEmpty { try context.print("the schema is up to date\n") }
  }

  private static let status: CommandDeclaration.Action = { arguments, context in
    let configuration = try context.configuration(.data, arguments).configuration
    let steps = try ExistingDatabase(configuration).engine.readOnce { try Migrator().status($0) }
    for step in steps {
      try context.print("\(step.migration.version)\t\(step.migration.name)\t\(step.appliedAt ?? "pending")\n")
    }
  }
}
