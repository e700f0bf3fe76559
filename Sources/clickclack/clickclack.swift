import Glibc
import Storage

/// The program: finds the command, runs it, and turns what it throws into a message and an exit code.
@main
struct ClickClack {
  /// Runs the process. It ends with an `ExitCode`.
  static func main() async {
    StandardDescriptors.take()
    // A peer that goes away is an error of one write, not the end of the process; TLS has no other way to say so.
    signal(SIGPIPE, SIG_IGN)
    // Databases, backups and exports hold what people said in private.
    umask(0o077)
    exit(await run(Array(CommandLine.arguments.dropFirst()), context: .process))
  }

  static func run(_ words: [String], context: CommandContext) async -> Int32 {
    do {
      switch try ArgumentParser.parse(words == ["--version"] ? ["version"] : words, root: CommandTable.root) {
      case .help(let command, let path): try context.print(HelpText.render(command, path: path))
      case .run(let command, let arguments): try await command.action?(arguments, context)
      }
      return 0
    } catch let error as UsageError {
      context.warn("error: \(error)")
      let command = CommandTable.command(at: error.path)
      context.warn("USAGE: \(HelpText.usage(command, path: error.path))")
      context.warn("  See '\(error.path.joined(separator: " ")) --help' for more information.")
      return UsageError.exitCode.rawValue
    } catch let error as ConfigurationError {
      for problem in error.problems { context.warn("error: \(problem)") }
      return UsageError.exitCode.rawValue
    } catch let error as CommandFailure {
      if !error.message.isEmpty { context.warn("error: \(error)") }
      return error.exitCode.rawValue
    } catch let error as SQLError where error.kind == .damaged {
      context.warn("error: the database is damaged, or its file is no database; restore the last backup")
      context.warn("  'clickclack doctor' looks closer")
      return 1
    } catch {
      context.warn("error: \(error)")
      return 1
    }
  }
}
