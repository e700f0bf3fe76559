import Storage

/// `clickclack admin invite list`: prints what has become of the invitations.
enum AdminInviteListCommand {
  static let declaration = CommandDeclaration(
    name: "list", summary: "List invitations: id, workspace, state, role, expiry and name.",
    options: SettingOptions.data.declarations + [.adminWorkspace],
    action: { arguments, context in
      let database = try ExistingDatabase(context.configuration(.data, arguments).configuration)
      let workspace = arguments.string("workspace")
      let invites = try database.read { try AccountInvites.list(workspace: workspace, at: .now(), $0) }
      for invite in invites {
        let fields = [
          invite.id, invite.workspaceID, invite.state.rawValue, invite.role.rawValue, invite.expiresAt,
          context.displayed(invite.displayName),
        ]
        try context.print(fields.joined(separator: "\t") + "\n")
      }
    })
}
