/// `clickclack manual`: prints the manual page, made from the declarations.
enum ManualCommand {
  static let declaration = CommandDeclaration(
    name: "manual", summary: "Print the manual page, for man(1).",
    discussion: "clickclack manual > clickclack.1; man ./clickclack.1",
    action: { _, context in try context.print(ManualPage.render(CommandTable.root)) })
}
