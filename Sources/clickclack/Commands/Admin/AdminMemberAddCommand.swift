import Storage

/// `clickclack admin member add`: makes a person a member of a workspace.
enum AdminMemberAddCommand {
  static let declaration = CommandDeclaration(
    name: "add", summary: "Make a user a member of a workspace.",
    discussion: "The user is named by id or by e-mail address. Someone who is a member already stays what they are.",
    options: SettingOptions.data.declarations + [
      .adminWorkspace.required
    ] + OptionDeclaration.person + [
      OptionDeclaration(
        name: "role", valueName: "role", help: "moderator, member or guest.", defaultText: Role.member.rawValue),
      .createdBy,
    ],
    action: { arguments, context in
      let database = try ExistingDatabase(context.configuration(.data, arguments).configuration)
      let workspace = try arguments.required("workspace")
      let person = try arguments.person()
      let added = try database.write { transaction in
        try Administration.addMember(
          workspace: workspace, person: person, role: arguments.string("role") ?? Role.member.rawValue,
          createdBy: arguments.string("created-by"), transaction)
      }
      let outcome = added.isNew ? "member added" : "already a member"
      try context.print("\(added.workspaceID)\t\(added.userID)\t\(outcome)\n")
    })
}
