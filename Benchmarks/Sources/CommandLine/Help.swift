/// The help texts.
enum Help {
  static var overview: String {
    let scenarios = Scenario.allCases.map { pad("  \($0.rawValue)", 18) + $0.abstract }
    return """
      OVERVIEW: Load generator for servers that speak the ClickClack contract.

      It publishes, subscribes, verifies that every delivery arrives exactly once and in order, and measures the
      server's throughput, latency, CPU per delivery and memory. It works on workspaces of its own making and deletes
      them afterwards.

      USAGE: Benchmarks <scenario> [options]

      OPTIONS:
        -h, --help      Show help information.

      SCENARIOS:
      \(scenarios.joined(separator: "\n"))

        See 'Benchmarks <scenario> --help' for its options.

      EXIT STATUS:
        0 when all is well, 1 when anything was missing, duplicated, reordered or refused, 64 for a wrong command line.
      """
  }

  static func scenario(_ scenario: Scenario) -> String {
    let options = scenario.options.map { option in
      let name = option == .help ? "-h, --help" : option.flag + (option.placeholder.map { " <\($0)>" } ?? "")
      return pad("  \(name)", 28) + option.help
    }
    return """
      OVERVIEW: \(scenario.abstract)

      \(usage(scenario))

      OPTIONS:
      \(options.joined(separator: "\n"))
      """
  }

  static func usage(_ scenario: Scenario?) -> String {
    guard let scenario else { return "USAGE: Benchmarks <scenario> [options]" }
    return "USAGE: Benchmarks \(scenario.rawValue) \(scenario == .compare ? "<file> ... " : "")[options]"
  }

  private static func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }
}
