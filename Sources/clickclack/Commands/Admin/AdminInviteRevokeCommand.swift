import Storage

/// `clickclack admin invite revoke`: makes an invitation useless.
enum AdminInviteRevokeCommand {
  static let declaration = CommandDeclaration(
    name: "revoke", summary: "Make an invitation useless that nobody has used.",
    options: SettingOptions.data.declarations + [
      OptionDeclaration(
        name: "invite", valueName: "invite-id", help: "Invitation by id, as 'admin invite list' shows it.",
        isRequired: true)
    ],
    action: { arguments, context in
      let database = try ExistingDatabase(context.configuration(.data, arguments).configuration)
      let id = try arguments.required("invite")
      try database.write { try AccountInvites.revoke(id, $0) }
      try context.print("\(id)\trevoked\n")
    })
}
