import WebClient

/// `clickclack version`: says which build this is.
enum VersionCommand {
  static let declaration = CommandDeclaration(
    name: "version", summary: "Print the version.",
    action: { _, context in try context.print("clickclack \(version)\n") })

  static var version: String { String(cString: clickclack_version()) }
}
