import Storage

/// `clickclack config`: prints every setting, its value and where the value comes from.
enum ConfigCommand {
  static let declaration = CommandDeclaration(
    name: "config", summary: "Print the configuration in force and where each value comes from.",
    discussion: "Flags win over CLICKCLACK_ environment variables, those over the configuration file, that over the "
      + "defaults. Secrets are masked. Exits with 64 if anything is wrong, so it also checks a configuration.",
    options: SettingOptions.all.declarations + [
      OptionDeclaration(name: "json", help: "Print JSON.")
    ],
    action: { arguments, context in
      let resolved = try context.configuration(.all, arguments)
      try context.print(arguments.isOn("json") ? json(resolved) : table(resolved))
    })

  static func table(_ resolved: ResolvedConfiguration) -> String {
    let keyColumns = resolved.values.map(\.key.count).max() ?? 0
    let textColumns = min(resolved.values.map(\.text.count).max() ?? 0, 40)
    return resolved.values.map { value in
      pad(value.key, keyColumns) + "  " + pad(value.text, textColumns) + "  " + value.source.text + "\n"
    }.joined()
  }

  static func json(_ resolved: ResolvedConfiguration) -> String {
    var json = JSONWriter()
    json.object { json in
      for value in resolved.values {
        json.key(dynamic: value.key)
        json.object { json in
          json.field("value", value.text)
          json.field("source", value.source.text)
        }
      }
    }
    return String(decoding: json.bytes, as: UTF8.self) + "\n"
  }

  private static func pad(_ text: String, _ columns: Int) -> String {
    text + String(repeating: " ", count: max(0, columns - text.count))
  }
}
