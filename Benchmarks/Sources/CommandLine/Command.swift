import Glibc

/// Runs the program for a command line and answers its exit status.
enum Command {
  private static let wrongUsage: Int32 = 64

  static func run(_ arguments: [String]) -> Int32 {
    guard let first = arguments.first, !["-h", "--help", "help"].contains(first) else {
      Output.line(Help.overview)
      return arguments.isEmpty ? wrongUsage : 0
    }
    do {
      let arguments = try Arguments(arguments)
      guard !arguments.has(.help) else {
        Output.line(Help.scenario(arguments.scenario))
        return 0
      }
      if arguments.scenario == .compare { return try Compare(arguments).run() }
      return try finish(runScenario(arguments), arguments)
    } catch let error as ArgumentError {
      let scenario = Scenario(rawValue: first)
      let more = scenario.map { "Benchmarks \($0.rawValue) --help" } ?? "Benchmarks --help"
      Output.error("Error: \(error)\n\(Help.usage(scenario))\n  See '\(more)' for more information.\n")
      return wrongUsage
    } catch {
      Output.error("Error: \(error)\n")
      return 1
    }
  }

  private static func runScenario(_ arguments: Arguments) throws -> Report {
    let context = try RunContext(arguments)
    defer { context.cleanUp() }
    return switch arguments.scenario {
    case .fanout: try FanoutScenario(arguments).run(context)
    case .broadcast: try BroadcastScenario(arguments).run(context)
    case .writes: try WritesScenario(arguments).run(context)
    case .reads: try ReadsScenario(arguments).run(context)
    case .connections: try ConnectionsScenario(arguments).run(context)
    case .reconnect: try ReconnectScenario(arguments).run(context)
    case .mixed: try MixedScenario(arguments).run(context)
    case .soak: try SoakScenario(arguments).run(context)
    case .compare: preconditionFailure("compare runs no load")
    }
  }

  private static func finish(_ report: Report, _ arguments: Arguments) throws -> Int32 {
    Output.line(report.table)
    if let file = arguments.text(.json) { try writeFile(file, report.json()) }
    if let file = arguments.text(.svg) {
      try writeFile(file, report.samples.map { SoakPlot(samples: $0).svg } ?? LatencyPlot(reports: [report]).svg)
    }
    return report.isFailure ? 1 : 0
  }

  static func writeFile(_ path: String, _ text: String) throws {
    guard let file = fopen(path, "w") else { throw BenchmarkError("cannot write \(path): \(Socket.reason(errno))") }
    let isWritten = fputs(text, file) >= 0
    guard fclose(file) == 0, isWritten else { throw BenchmarkError("cannot write \(path): \(Socket.reason(errno))") }
  }
}
