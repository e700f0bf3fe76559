/// `clickclack whoami`: prints who the caller is.
enum WhoamiCommand {
  static let declaration = CommandDeclaration(
    name: "whoami", summary: "Print who you are to the server.", options: SettingOptions.client.declarations + [.plain],
    action: { arguments, context in
      let session = try ClientSession(arguments, context)
      let answer = try session.client.get("me")
      let user = answer["user"] ?? .null
      switch session.output {
      case .json: try context.print(answer.line)
      case .identifiers: try session.printLine(user.text("id"))
      case .people: try session.printLine(user.text("id"), user.text("display_name"))
      }
    })
}
