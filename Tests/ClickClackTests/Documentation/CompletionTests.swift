import Foundation
import Testing

@testable import clickclack

/// The completion scripts, asked by the shells that they are for.
@Suite(.timeLimit(.minutes(1))) struct CompletionTests {
  private static func output(_ shell: String, _ arguments: [String]) throws -> String {
    let directory = try TemporaryDirectory()
    let process = Process()
    process.executableURL = URL(filePath: shell)
    process.arguments = arguments
    process.environment = ["PATH": "/usr/bin:/bin", "HOME": directory.path, "LC_ALL": "C.UTF-8"]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try directory.file("output")
    process.standardError = try directory.file("errors")
    try process.run()
    process.waitUntilExit()
    #expect(try directory.text("errors") == "")
    return try directory.text("output")
  }

  /// Words and, at the end, what is typed of the last one; then what must and must not be proposed for it.
  private static let cases: [(typed: [String], proposed: [String], other: String)] = [
    ([""], ["serve", "login", "upload", "completions"], "list"),
    (["thr"], ["threads", "thread"], "send"),
    (["threads", ""], ["list", "open", "reply"], "send"),
    (["thread", "re"], ["reply"], "open"),
    (["--channel", "send", "dms", ""], ["open", "hide"], "words"),
    (["send", "--re"], ["--reply-to"], "--plain"),
    (["dms", "read", "--"], ["--mark", "--limit", "--server", "--json"], "--reply-to"),
    (["serve", "--log-level", "w"], ["warning"], "info"),
    (["completions", ""], ["bash", "zsh", "fish"], "send"),
  ]

  private func check(_ shell: String, _ answers: [String]) {
    #expect(answers.count == Self.cases.count)
    for (answer, (typed, proposed, other)) in zip(answers, Self.cases) {
      let words = Set(answer.split { $0 == "\n" || $0 == " " }.map(String.init))
      #expect(words.isSuperset(of: proposed), "\(shell): \(typed) \(words)")
      #expect(!words.contains(other), "\(shell): \(typed) \(words)")
    }
  }

  private func script(_ shell: String, in directory: TemporaryDirectory) throws -> String {
    let run = try ProgramRun(["completions", shell])
    #expect(run.exitCode == 0)
    _ = try directory.file("completion", holding: Data(run.output.utf8))
    return directory.path + "/completion"
  }

  @Test func bash() throws {
    let directory = try TemporaryDirectory()
    let script = try script("bash", in: directory)
    _ = try directory.file("a file.txt")
    let query = """
      source "$1"; shift
      [[ $(complete -p clickclack) == *"-F _clickclack "* ]] || echo unregistered
      COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _clickclack; printf '%s\\n' "${COMPREPLY[@]}"
      """
    func ask(_ words: [String]) throws -> String {
      try Self.output("/bin/bash", ["--norc", "-c", query, "bash", script, "clickclack"] + words)
    }
    check("bash", try Self.cases.map { try ask($0.typed) })
    // bash itself splits at these signs.
    #expect(try ask(["--server", "http", ":", "//x", "send", "--reply"]) == "--reply-to\n")
    #expect(try ask(["serve", "--log-level", "=", "w"]) == "warning\n")
    #expect(try ask(["send", "--", "--re"]) == "\n")
    #expect(try ask(["upload", directory.path + "/a"]) == directory.path + "/a file.txt\n")
  }

  /// zsh's own helpers are replaced by ones that print what they are given.
  @Test func zsh() throws {
    let directory = try TemporaryDirectory()
    let script = try script("zsh", in: directory)
    let query = """
      _describe() { print -l -- ${${(P)@[-1]}%%:*} }; _files() { print FILES }; _message() { : }
      source "$1"; shift
      words=("$@"); CURRENT=$#; _clickclack; true
      """
    func ask(_ words: [String]) throws -> String {
      let all = try Self.output("/usr/bin/zsh", ["-f", "-c", query, "zsh", script, "clickclack"] + words)
      // Choosing those that fit is zsh's part.
      return all.split(separator: "\n").filter { $0.hasPrefix(words.last ?? "") }.joined(separator: "\n")
    }
    check("zsh", try Self.cases.map { try ask($0.typed) })
    #expect(try ask(["upload", ""]) == "FILES")
    #expect(try ask(["send", "--", ""]) == "")
  }

  @Test func fish() throws {
    let directory = try TemporaryDirectory()
    let script = try script("fish", in: directory)
    func ask(_ words: [String]) throws -> String {
      let line = (["clickclack"] + words).joined(separator: " ")
      let answer = try Self.output("/usr/bin/fish", ["-N", "-c", "source '\(script)'; complete -C '\(line)'"])
      return answer.split(separator: "\n").map { $0.prefix { $0 != "\t" } }.joined(separator: "\n")
    }
    check("fish", try Self.cases.map { try ask($0.typed) })
    _ = try directory.file("notes.txt")
    #expect(try ask(["upload", directory.path + "/no"]) == directory.path + "/notes.txt")
  }

  @Test func otherShellsAreRefused() throws {
    let run = try ProgramRun(["completions", "fisch"])
    #expect(run.exitCode == 64 && run.errors.contains("did you mean 'fish'?"))
  }
}
