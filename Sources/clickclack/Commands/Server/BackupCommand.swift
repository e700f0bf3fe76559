import Storage

/// `clickclack backup`: copies the database to a file while the server runs.
enum BackupCommand {
  static let declaration = CommandDeclaration(
    name: "backup", summary: "Copy the database to a file, also while the server runs.",
    discussion: "The copy is the state of one instant and never replaces a file. Uploads are files in the data "
      + "directory and are copied separately.",
    options: SettingOptions.data.declarations + [
      OptionDeclaration(name: "out", valueName: "path", help: "File to write; it must not exist.", isRequired: true)
    ],
    action: { arguments, context in
      let configuration = try context.configuration(.data, arguments).configuration
      let target = try arguments.required("out")
      try Backup.make(of: ExistingDatabase(configuration).engine, at: target)
      try context.print("backup written to \(target)\n")
    })
}
