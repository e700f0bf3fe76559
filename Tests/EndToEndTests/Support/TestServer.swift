import Glibc
import HTTP
import Storage
import Synchronization

/// A real server on a port and a data directory of its own, killed with the test.
final class TestServer: Sendable {
  struct CommandResult {
    let exitCode: Int32
    let output: String
    let errors: String
  }

  let directory: TestDirectory
  let process: ChildProcess
  let host: String
  let port: UInt16
  /// What it proves itself with; nil when it does not speak TLS.
  private let certificate: SelfSignedCertificate?
  private static let commandCount = Atomic<Int>(0)

  var data: String { directory.path + "/data" }

  /// Starts it and waits until it answers.
  /// - Parameters:
  ///   - host: The IPv4 address to listen on.
  ///   - descriptors: The limit of open files that it runs under; nil for the test's own.
  ///   - certificate: Makes it speak TLS.
  init(
    in directory: TestDirectory? = nil, host: String = "127.0.0.1", flags: [String] = [], environment: [String] = [],
    descriptors: Int? = nil, certificate: SelfSignedCertificate? = nil
  ) throws {
    let directory = try directory ?? TestDirectory()
    self.directory = directory
    self.host = host
    self.certificate = certificate
    process = try Self.spawn(
      in: directory, host: host, flags: flags + (certificate?.flags ?? []), environment: environment,
      descriptors: descriptors)
    let process = process
    port = try eventually("the server listens") {
      if let code = process.exitCode() {
        throw TestFailure("the server ended with \(code): \(directory.read("server.log"))")
      }
      return Self.port(in: directory.read("server.log"))
    }
    _ = try eventually("/healthz answers") { try client().request(.get, "/healthz").status == 200 ? true : nil }
  }

  /// Starts a server without waiting, for tests in which it does not come up.
  static func spawn(
    in directory: TestDirectory, host: String = "127.0.0.1", flags: [String] = [], environment: [String] = [],
    descriptors: Int? = nil
  ) throws -> ChildProcess {
    let level = flags.contains("--log-level") ? [] : ["--log-level", "warning"]
    let arguments =
      ["serve", "--addr", "\(host):0", "--data", directory.path + "/data", "--dev-bootstrap=true"] + level + flags
    let (output, errors) = (directory.path + "/server.out", directory.path + "/server.log")
    guard let descriptors else {
      return try ChildProcess(arguments, environment: environment, output: output, errors: errors)
    }
    return try ChildProcess(
      program: "/bin/sh", ["-c", "ulimit -n \(descriptors) && exec \"$0\" \"$@\"", ChildProcess.binary] + arguments,
      environment: environment, output: output, errors: errors)
  }

  private static func port(in log: String) -> UInt16? {
    for line in log.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      guard let start = line.firstRange(of: "://"), let colon = line[start.upperBound...].firstIndex(of: ":") else {
        continue
      }
      return UInt16(line[colon...].dropFirst().prefix { $0.isNumber })
    }
    return nil
  }

  /// Ends it in the hardest way.
  func killHard() throws {
    process.send(signal: SIGKILL)
    _ = try process.waitForExit()
  }

  func client(user: UserID? = nil, token: String? = nil) throws -> HTTPClient {
    try HTTPClient(socket: socket(), user: user, token: token)
  }

  /// A connection of its own.
  func socket() throws -> BlockingSocket {
    if let certificate { return try TLSClient.connect(to: self, trusting: certificate.path) }
    return try BlockingSocket(host: host, port: port)
  }

  /// The first workspace and its channel, made by the development bootstrap.
  func place() throws -> Place {
    let client = try client()
    let workspace = try client.call(.get, "/api/workspaces")["workspaces"].elements.first?["id"].text ?? ""
    let channels = try client.call(.get, "/api/workspaces/\(workspace)/channels")["channels"].elements
    let general = channels.first { $0["name"].text == "general" }?["id"].text ?? ""
    let captain = try client.call(.get, "/api/me")["user"]["id"].text
    return Place(workspace: workspace, general: general, captain: captain)
  }

  struct Place: Sendable {
    let workspace: String
    let general: String
    let captain: UserID
  }

  /// Runs a command line on the same data directory.
  func command(_ words: [String], input: String = "") throws -> CommandResult {
    try Self.command(words, in: directory, input: input)
  }

  static func command(
    _ words: [String], in directory: TestDirectory, environment: [String] = [], input: String = ""
  ) throws -> CommandResult {
    let number = commandCount.wrappingAdd(1, ordering: .relaxed).newValue
    if !input.isEmpty { try directory.write(input, to: "\(number).in") }
    let process = try ChildProcess(
      words + ["--data", directory.path + "/data"], environment: environment, output: "\(directory.path)/\(number).out",
      errors: "\(directory.path)/\(number).err",
      input: input.isEmpty ? "/dev/null" : "\(directory.path)/\(number).in")
    let code = try process.waitForExit()
    return CommandResult(
      exitCode: code, output: directory.read("\(number).out"), errors: directory.read("\(number).err"))
  }

  /// Makes a member of the workspace with an admin command; returns their identifier.
  func makeUser(_ name: String, role: String? = "member", in workspace: String) throws -> UserID {
    let made = try command(["admin", "user", "create", "--name", name, "--email", "\(name)@example.test"])
    guard made.exitCode == 0 else { throw TestFailure(made.errors) }
    let id = String(made.output.filter { !$0.isWhitespace })
    if let role {
      let added = try command(["admin", "member", "add", "--workspace", workspace, "--user", id, "--role", role])
      guard added.exitCode == 0 else { throw TestFailure(added.errors) }
    }
    return id
  }
}

extension HTTPClient {
  /// Posts a message to a channel; returns the whole answer.
  @discardableResult
  func post(_ body: String, nonce: String? = nil, to channel: String) throws -> JSONValue {
    let nonce = nonce.map { ",\"nonce\":\"\($0)\"" } ?? ""
    return try call(.post, "/api/channels/\(channel)/messages", json: "{\"body\":\"\(body)\"\(nonce)}")
  }
}
