import Storage

/// `clickclack admin invite create`: prints a token that lets its bearer join a workspace.
enum AdminInviteCreateCommand {
  static let declaration = CommandDeclaration(
    name: "create", summary: "Make an invitation to a workspace and print its token.",
    options: SettingOptions.data.declarations + [.adminWorkspace.required, .createdBy],
    action: { arguments, context in
      let database = try ExistingDatabase(context.configuration(.data, arguments).configuration)
      let workspace = try arguments.required("workspace")
      let token = try database.write { transaction in
        try Administration.createInvite(
          workspace: workspace, createdBy: arguments.string("created-by"), transaction)
      }
      try context.print("\(token)\n")
    })
}
