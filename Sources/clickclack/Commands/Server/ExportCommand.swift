import Storage

/// `clickclack export`: writes what people made here as one JSON document, without secrets.
enum ExportCommand {
  static let declaration = CommandDeclaration(
    name: "export", summary: "Write people, channels and messages as JSON, also while the server runs.",
    discussion: "The document is the state of one instant and holds no secrets: no credentials, no keys of other "
      + "services. Uploads are files in the data directory and are copied separately.",
    options: SettingOptions.data.declarations + [
      OptionDeclaration(
        name: "out", valueName: "path", help: "File to write; it must not exist.", defaultText: "standard output"),
      StallTimeout.option,
    ],
    action: { arguments, context in
      let engine = try ExistingDatabase(context.configuration(.data, arguments).configuration).engine
      let seconds = try StallTimeout.seconds(arguments)
      guard let target = arguments.string("out") else {
        // Pieces end between values, so each one is whole UTF-8.
        try Export.write(engine, stallSeconds: seconds) { try context.print(String(decoding: $0, as: UTF8.self)) }
        return
      }
      let file = try NewFile(path: target)
      try Export.write(engine, stallSeconds: seconds) { try file.write($0) }
      try file.publish()
      try context.print("export written to \(target)\n")
    })
}
