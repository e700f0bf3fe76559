/// `clickclack doctor`: looks for what would hurt a server, in plain words.
enum DoctorCommand {
  static let declaration = CommandDeclaration(
    name: "doctor", summary: "Check the data directory and the machine, also while the server runs.",
    discussion: "Prints a line for each check: ok, warning, problem or fixed, what was looked at, and what was found. "
      + "Exits with 1 when there is a problem. --fix mends what can be mended without losing anything: rights on the "
      + "data, files that no upload needs, the search index.",
    options: SettingOptions.server.declarations + [
      OptionDeclaration(name: "fix", help: "Mend what is safe to mend.")
    ],
    action: { arguments, context in
      let configuration = try context.configuration(.server, arguments).configuration
      let findings = try Doctor(configuration: configuration, fixes: arguments.isOn("fix")).examine()
      for finding in findings { try context.print(finding.line + "\n") }
      let problems = findings.count { $0.severity == .problem }
      guard problems == 0 else { throw CommandFailure("\(problems) problem(s) found") }
    })
}
