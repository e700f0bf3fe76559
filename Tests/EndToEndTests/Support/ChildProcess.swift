import Glibc
import SanitizerEnvironment
import Synchronization

/// The server's binary, or another program, as a process of its own.
final class ChildProcess: Sendable {
  let pid: pid_t
  private let status = Mutex<Int32?>(nil)

  /// The binary that was built with the tests, or the one that `CLICKCLACK_BINARY` names.
  static let binary: String = {
    if let path = getenv("CLICKCLACK_BINARY") { return String(cString: path) }
    return product("clickclack")
  }()

  /// A program that was built with the tests.
  static func product(_ name: String) -> String {
    let tests = CommandLine.arguments[0]
    return tests[..<(tests.lastIndex(of: "/") ?? tests.startIndex)] + "/\(name)"
  }

  /// Starts it with its output in files and with nothing but this, and what a sanitizer needs, in its environment.
  convenience init(
    program: String = ChildProcess.binary, _ arguments: [String], environment: [String] = [], output: String,
    errors: String, input: String = "/dev/null"
  ) throws {
    try self.init(program: program, arguments, environment: environment, errors: errors) { actions in
      posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, input, O_RDONLY, 0)
      posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    }
  }

  /// Starts it with a socket as its input and output.
  convenience init(program: String, _ arguments: [String], errors: String, connectedTo socket: Int32) throws {
    try self.init(program: program, arguments, environment: [], errors: errors) { actions in
      posix_spawn_file_actions_adddup2(&actions, socket, STDIN_FILENO)
      posix_spawn_file_actions_adddup2(&actions, socket, STDOUT_FILENO)
    }
  }

  private init(
    program: String, _ arguments: [String], environment: [String], errors: String,
    connect: (inout posix_spawn_file_actions_t) -> Void
  ) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    connect(&actions)
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    var argv: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
    argv.append(nil)
    defer { for argument in argv { free(argument) } }
    var variables: [UnsafeMutablePointer<CChar>?] =
      SanitizerEnvironment.variables(beside: environment).map { strdup($0) }
    variables.append(nil)
    defer { for variable in variables { free(variable) } }
    var pid: pid_t = 0
    let code = posix_spawn(&pid, program, &actions, nil, argv, &variables)
    guard code == 0 else { throw TestFailure("can't start \(program): \(String(cString: strerror(code)))") }
    self.pid = pid
  }

  func send(signal: Int32) { kill(pid, signal) }

  /// How it ended, if it has: the exit code, or 128 and the signal.
  func exitCode() -> Int32? {
    self.status.withLock { known in
      if let known { return known }
      var status: Int32 = 0
      guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
      let signal = status & 0x7f
      known = signal == 0 ? (status >> 8) & 0xff : 128 + signal
      return known
    }
  }

  /// Waits for its end.
  func waitForExit(seconds: Int = 60) throws -> Int32 {
    try eventually("process \(pid) has ended", seconds: seconds) { exitCode() }
  }

  deinit {
    guard exitCode() == nil else { return }
    // Leaks are looked for when a program ends by itself.
    if SanitizerEnvironment.looksForLeaks {
      kill(pid, SIGTERM)
      let deadline = ContinuousClock.now + .seconds(10)
      while exitCode() == nil, ContinuousClock.now < deadline { usleep(2_000) }
      guard exitCode() == nil else { return }
    }
    kill(pid, SIGKILL)
    var status: Int32 = 0
    waitpid(pid, &status, 0)
  }
}

/// Waits until a condition yields something.
func eventually<T>(_ what: String, seconds: Int = 60, _ condition: () throws -> T?) throws -> T {
  let deadline = ContinuousClock.now + .seconds(seconds)
  while true {
    if let value = try condition() { return value }
    guard ContinuousClock.now < deadline else { throw TestFailure("waited in vain until \(what)") }
    usleep(2_000)
  }
}
