import Storage

/// `clickclack backup`: copies the database to a file while the server runs.
enum BackupCommand {
  static let declaration = CommandDeclaration(
    name: "backup", summary: "Copy the database to a file, and uploads to a directory, also while the server runs.",
    discussion: "The copy is the state of one instant and never replaces a file. With --uploads every file that the "
      + "copied database names is copied, too: '--out DIR/clickclack.db --uploads DIR/uploads' makes a data directory. "
      + "The file appears last: where it is, the backup is whole.",
    options: SettingOptions.data.declarations + [
      OptionDeclaration(name: "out", valueName: "path", help: "File to write; it must not exist.", isRequired: true),
      OptionDeclaration(name: "uploads", valueName: "path", help: "Directory for the uploads; it must not exist."),
      StallTimeout.option,
    ],
    action: { arguments, context in
      let configuration = try context.configuration(.data, arguments).configuration
      let target = try arguments.required("out")
      let directory = arguments.string("uploads")
      let (count, lost) = try Backup.make(
        of: ExistingDatabase(configuration).engine, at: target, uploads: directory,
        stallSeconds: StallTimeout.seconds(arguments))
      try context.print("backup written to \(target)\n")
      guard let directory else { return }
      try context.print("\(count) upload(s) copied to \(directory)\n")
      guard lost.isEmpty else {
        throw CommandFailure("\(lost.count) upload(s) have no whole file any more, first \(lost[0])")
      }
    })
}
