/// `clickclack healthcheck`: asks a server whether it is up, for container health checks and scripts.
enum HealthcheckCommand {
  static let declaration = CommandDeclaration(
    name: "healthcheck", summary: "Ask the server for /healthz and exit with 0 if it is up.",
    options: SettingOptions.address.declarations + [
      OptionDeclaration(
        name: "url", valueName: "url", help: "URL to ask instead of the configured address."),
      OptionDeclaration(
        name: "timeout", valueName: "duration", help: "How long to wait.", defaultText: "5s"),
    ],
    action: { arguments, context in
      let configuration = try context.configuration(.address, arguments).configuration
      let timeout = try arguments.duration("timeout") ?? .seconds(5)
      let probe: HealthProbe
      do throws(BadValue) {
        probe = try HealthProbe(url: arguments.string("url"), configuration: configuration, timeout: timeout)
      } catch {
        throw UsageError("'--url' \(error)", path: arguments.path)
      }
      let status = try probe.status()
      guard status == 200 else { throw CommandFailure("\(probe.place) answered \(status)") }
      try context.print("ok\n")
    })
}
