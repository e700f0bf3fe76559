/// What every scenario needs: the server, the API for setting up, and where to report.
final class RunContext {
  let target: Target
  let address: Socket.Address
  let api: BenchmarkAPI
  let progress = Progress()
  let label: String
  private let givenProcess: Int?
  private let keepsWorkspaces: Bool

  init(_ arguments: Arguments) throws {
    let base = arguments.text(.base) ?? "http://127.0.0.1:8080"
    target = try Target(base: base, tokens: arguments.values[.token] ?? [])
    address = try Socket.resolve(target)
    api = try BenchmarkAPI(target: target)
    label = arguments.text(.label) ?? base
    givenProcess = arguments.has(.pid) ? try arguments.integer(.pid, default: 0, in: 1...Int(Int32.max)) : nil
    keepsWorkspaces = arguments.has(.keep)
  }

  /// The server's processes; looked up anew, because a scenario may restart it.
  var server: ServerProcess {
    if let givenProcess { return ServerProcess(process: Int32(givenProcess)) }
    return ServerProcess(listeningOn: target.port)
  }

  /// Deletes what the run created; when that fails, the result stands, and the person is told what is left.
  func cleanUp() {
    progress.clear()
    guard !keepsWorkspaces else { return }
    do {
      try api.deleteCreated()
    } catch {
      Output.error("Warning: workspaces of this run are left on the server: \(error)\n")
    }
  }
}
