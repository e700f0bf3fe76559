import Foundation

/// One run of the built program, from start to end.
struct ProgramRun {
  let exitCode: Int32
  let output: String
  let errors: String

  /// Blocks until the program has ended.
  init(_ arguments: [String], input: Data = Data(), environment: [String: String] = [:]) throws {
    let directory = try TemporaryDirectory()
    let process = Process()
    process.executableURL = Program.url
    process.arguments = arguments
    process.environment = Program.environment(
      environment.merging(["PATH": "/usr/bin:/bin"]) { given, _ in given })
    process.standardInput = try directory.file("input", holding: input)
    process.standardOutput = try directory.file("output")
    process.standardError = try directory.file("errors")
    try process.run()
    process.waitUntilExit()
    exitCode = process.terminationStatus
    output = try directory.text("output")
    errors = try directory.text("errors")
  }

  /// The text of a one-line answer.
  var line: String { String(output.prefix { $0 != "\n" }) }
  /// What stands between the tabs of each line.
  var table: [[String]] { output.split(separator: "\n").map { $0.components(separatedBy: "\t") } }
}

/// A directory that is removed with the test.
final class TemporaryDirectory {
  let path = FileManager.default.temporaryDirectory.appending(path: "clickclack-\(UUID().uuidString)").path()

  init() throws {
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
  }

  deinit { _ = Result { try FileManager.default.removeItem(atPath: path) } }

  func file(_ name: String, holding content: Data = Data()) throws -> FileHandle {
    try content.write(to: URL(filePath: "\(path)/\(name)"))
    return try FileHandle(forUpdating: URL(filePath: "\(path)/\(name)"))
  }

  func text(_ name: String) throws -> String {
    // Reading by `Data(contentsOf:)` leaks a page each time.
    let file = try FileHandle(forReadingFrom: URL(filePath: "\(path)/\(name)"))
    defer { try? file.close() }
    return String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
  }
}

/// A development server in a process and a directory of its own.
final class LocalServer {
  let directory: TemporaryDirectory
  let program: Program
  let url: String
  var data: String { directory.path + "/data" }

  init(
    in directory: TemporaryDirectory? = nil, address: String = "127.0.0.1:0", flags: [String] = []
  ) throws {
    let directory = try directory ?? TemporaryDirectory()
    self.directory = directory
    program = try Program(
      ["serve", "--addr", address, "--data", directory.path + "/data", "--dev-bootstrap", "--log-level", "error"]
        + flags,
      reads: .errors)
    guard let url = program.readLine()?.split(separator: " ").last.map(String.init) else {
      throw CocoaError(.executableLoad)
    }
    self.url = url
  }

  /// Runs a client command against it, as the development user unless the environment says otherwise.
  func run(
    _ words: String..., input: Data = Data(), environment: [String: String] = [:]
  ) throws -> ProgramRun {
    try ProgramRun(["--server", url] + words, input: input, environment: environment)
  }

  /// A person in the first workspace, as credentials for `run`.
  func addPerson(_ name: String) throws -> (id: String, environment: [String: String]) {
    let user = try ProgramRun(["admin", "user", "create", "--data", data, "--name", name]).line
    let workspace = try run("workspaces", "list", "--plain").line
    let added = try ProgramRun(
      ["admin", "member", "add", "--data", data, "--workspace", workspace, "--user", user])
    if added.exitCode != 0 { throw CocoaError(.featureUnsupported, userInfo: ["errors": added.errors]) }
    return (user, ["CLICKCLACK_USER_ID": user])
  }
}
