import Glibc
import Runtime

/// `clickclack serve`: runs the server until it is told to stop.
enum ServeCommand {
  static let declaration = CommandDeclaration(
    name: "serve", summary: "Run the server.",
    discussion: "Stops on SIGINT and SIGTERM, after running requests have had the grace period to finish. "
      + "A second signal stops it at once. SIGHUP makes it read the certificate again.",
    options: SettingOptions.server.declarations,
    action: { arguments, context in
      let configuration = try context.configuration(.server, arguments).configuration
      try await run(configuration, context)
    })

  /// Starts the server of this configuration and returns when it has stopped.
  static func run(_ configuration: Configuration, _ context: CommandContext) async throws {
    MemoryAllocator.tuneForServing()
    let handler = try QueuedLogHandler(descriptor: STDERR_FILENO, format: configuration.logFormat.format)
    LoggingSystem.bootstrap(handler: handler, level: configuration.logLevel)
    let log = Logger(label: "clickclack")
    do {
      let limit = try FileDescriptorLimit.raiseToHardLimit()
      log.debug("file descriptor limit", metadata: ["limit": .string("\(limit)")])
    } catch {
      log.warning("can't raise the limit of file descriptors: \(error)")
    }
    let signals = try await StopSignals()
    let server = try await ChatServer(configuration, environment: context.environment, log: log)
    context.warn(greeting(server.address, configuration))
    let stop = await signals.stop { await server.reload() }
    log.notice("stopping", metadata: ["signal": .string("\(stop)")])
    await server.stop(graceSeconds: configuration.gracePeriod.components.seconds)
    log.notice("stopped")
    _ = handler.queue.flush(timeoutMilliseconds: 1_000)
  }

  private static func greeting(_ address: SocketAddress, _ configuration: Configuration) -> String {
    let host = configuration.address.host.isEmpty ? "localhost" : configuration.address.host
    let name = host.contains(":") ? "[\(host)]" : host
    let scheme = configuration.speaksTLS ? "https" : "http"
    let place = address.ip == nil ? "the unix socket \(address)" : "\(scheme)://\(name):\(address.port)"
    var lines = ["clickclack is serving \(configuration.dataDirectory) on \(place)"]
    if configuration.isDevBootstrap {
      lines.append("development mode: whoever is on this machine is the first user, without signing in")
    }
    return lines.joined(separator: "\n")
  }
}

extension LogFormatChoice {
  /// The format, `auto` decided by whether standard error is a terminal.
  fileprivate var format: LogFormat {
    switch self {
    case .auto: .automatic(descriptor: STDERR_FILENO)
    case .text: .text
    case .json: .json
    }
  }
}
