/// `clickclack serve`: runs the server until it is told to stop.
enum ServeCommand {
  static let declaration = CommandDeclaration(
    name: "serve", summary: "Run the server.",
    discussion: "Stops on SIGINT and SIGTERM, after running requests have had the grace period to finish.",
    options: SettingOptions.server.declarations,
    action: { arguments, context in
      let configuration = try context.configuration(.server, arguments).configuration
      try await run(configuration, context)
    })

  /// Starts the server of this configuration and returns when it has stopped.
  static func run(_ configuration: Configuration, _ context: CommandContext) async throws {
    throw CommandFailure("this build has no server")
  }
}
