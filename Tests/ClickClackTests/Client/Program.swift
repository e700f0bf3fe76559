import Foundation
import SanitizerEnvironment

/// The built `clickclack` program in a process of its own.
final class Program {
  private let process = Process()
  private let output = Pipe()
  private var unread = ""

  static let url = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "clickclack")

  /// These variables, and what the program needs when the tests run under a sanitizer.
  static func environment(_ given: [String: String]) -> [String: String] {
    let variables = SanitizerEnvironment.variables(beside: given.map { "\($0)=\($1)" })
    return variables.reduce(into: [:]) { variables, variable in
      let parts = variable.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      variables[String(parts[0])] = String(parts[1])
    }
  }

  /// Starts the program; `stream` chooses which of its streams `readLine` reads.
  init(_ arguments: [String], reads stream: Stream = .output) throws {
    process.executableURL = Self.url
    process.arguments = arguments
    process.environment = Self.environment(["PATH": "/usr/bin:/bin"])
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = stream != .errors ? output.fileHandleForWriting : FileHandle.nullDevice
    process.standardError = stream == .errors ? output.fileHandleForWriting : FileHandle.nullDevice
    if stream == .nobody { try output.fileHandleForReading.close() }
    try process.run()
    try output.fileHandleForWriting.close()
  }

  enum Stream {
    case output, errors
    /// Output goes into a pipe that nobody reads.
    case nobody
  }

  deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

  /// Blocks until a whole line has come; nil at the end of the stream.
  func readLine() -> String? {
    while true {
      if let end = unread.firstIndex(of: "\n") {
        let line = String(unread[..<end])
        unread = String(unread[unread.index(after: end)...])
        return line
      }
      let data = output.fileHandleForReading.availableData
      if data.isEmpty { return nil }
      unread += String(decoding: data, as: UTF8.self)
    }
  }

  /// Sends a signal and waits for the end.
  func stop(_ signal: Int32) -> Int32 {
    kill(process.processIdentifier, signal)
    return wait()
  }

  func wait() -> Int32 {
    process.waitUntilExit()
    return process.terminationStatus
  }
}
