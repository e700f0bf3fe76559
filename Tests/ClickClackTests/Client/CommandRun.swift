import Synchronization

@testable import clickclack

/// Runs a command line in the test's process with streams of its own.
struct CommandRun {
  let exitCode: Int32
  let output: String
  let errors: String

  init(_ words: [String], input: String = "", environment: [String: String] = [:], isTerminal: Bool = false) async {
    let output = SharedText()
    let errors = SharedText()
    let context = CommandContext(
      environment: environment, readInput: { _ in Array(input.utf8) }, print: { output.append($0) },
      isTerminal: isTerminal, warn: { errors.append($0 + "\n") })
    exitCode = await ClickClack.run(words, context: context)
    self.output = output.text
    self.errors = errors.text
  }
}

private final class SharedText: Sendable {
  private let content = Mutex("")
  var text: String { content.withLock { $0 } }
  func append(_ text: String) { content.withLock { $0 += text } }
}
