import Actors
import Glibc
import HTTP
import Runtime
import Storage
import Synchronization

/// A whole server in one process: opens the data directory, starts the loops, listens, and stops without losing
/// anything that it acknowledged.
final class ChatServer: Sendable {
  /// Where it listens, with the port that the system chose if 0 was asked for.
  let address: SocketAddress

  private let group: EventLoopGroup
  private let listener: TCPListener
  private let tls: TLSServer?
  private let watchdog: RepeatingTimer?
  private let notifier: ServiceNotifier
  private let server: HTTPServer
  private let realtime: Realtime
  private let database: Database
  private let blocking: BlockingPool
  private let dispatcher: EventDispatcher
  private let identityProviders: IdentityProviders
  private let assertions: ProxyAssertions?
  private let jobs: JobRunner
  private let lock: DataDirectoryLock
  private let sessions: SessionCache
  private let passwords: PasswordHasher
  private let mail: SMTPClient?
  private let tracing: Tracing
  private let log: Logger
  private let housekeeping: [RepeatingTimer]

  /// How often the writer looks for requests that waited too long and for changes by other processes.
  private static let housekeepingMilliseconds: UInt64 = 250
  private static let releaseMilliseconds: UInt64 = 30_000
  private static let sessionUsesMilliseconds: UInt64 = 30_000

  /// Opens, migrates if told to, and listens.
  /// - Parameter environment: Where a service manager says what it offers: sockets, and whom to tell how things go.
  /// - Throws: `CommandFailure` in plain words, `SQLError`, `SystemError`, `TLSError`.
  init(_ configuration: Configuration, environment: [String: String] = [:], log: Logger) async throws {
    self.log = log
    let notifier = ServiceNotifier(environment: environment)
    self.notifier = notifier
    let sockets = try InheritedSockets(environment: environment)
    let tls = try configuration.tlsServer()
    self.tls = tls
    let engine = try SQLiteEngine(
      directory: configuration.dataDirectory, logBytesMax: configuration.databaseLogBytesMax)
    lock = try DataDirectoryLock(of: engine)
    try engine.expectNoObstacle()
    try lock.takeDatabase(of: engine)
    try Self.prepareSchema(engine, migrates: configuration.isAutoMigrating, log: log)
    let ids = IDGenerator()
    if configuration.isDevBootstrap {
      let result = try engine.writeOnce(ids: ids) { try Bootstrap.run($0) }
      if result.isNew {
        log.notice("made the first user, workspace and channel", metadata: ["user": .string(result.userID)])
      }
    }

    let metrics = MetricsRegistry()
    metrics.addProcessMetrics()
    let loopCount =
      configuration.loopCount == 0 ? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) : configuration.loopCount
    group = try EventLoopGroup(count: loopCount)
    let contexts = LoopContexts(loops: group.loops, bodiesBytesMax: configuration.bodiesBytesMax)
    let database = Database(
      engine: engine, ids: ids, readerCount: configuration.readerThreadCount,
      limits: configuration.writerLimits, measurements: Self.measurements(metrics, log))
    let fanOut = metrics.histogram(
      "clickclack_fanout_duration_seconds",
      help: "Time of a batch of events from its workspace to the last subscriber of an event loop.")
    let realtime = Realtime(
      loops: group.loops, store: database, encoder: EventFrames(contexts: contexts),
      limits: configuration.realtimeLimits, fanOut: { fanOut.observe($0) }, report: { log.error("\($0)") })
    let sessions = SessionCache(store: database)
    let passwords = PasswordHasher(
      configuration.passwordHashing, threadsMax: configuration.passwordHashThreadCount,
      waitingMax: configuration.passwordHashQueueMax)
    let tracing = try await Tracing(configuration, loop: group.loops[0], metrics: metrics, log: log)
    self.tracing = tracing
    let callbacks = try CallbackSender(
      loop: group.loops[0], allowing: configuration.callbackAllow.map(\.text), tracer: tracing.tracer)
    let dispatcher = EventDispatcher(
      loop: group.loops[0], store: database, sender: callbacks, report: { log.error("\($0)") })
    let signInSettings = configuration.signInSettings
    let loop = group.loops[0]
    let identityProviders = try IdentityProviders(signInSettings, loop: loop)
    let assertions = try signInSettings.proxy.map { proxy in
      try ProxyAssertions(
        proxy, joinRule: signInSettings.joinRule, store: database, loop: loop, report: { log.error("\($0)") })
    }
    self.identityProviders = identityProviders
    self.assertions = assertions
    let caches: [any CommitObserver] = [sessions] + (assertions.map { [$0] } ?? [])
    let jobs = JobRunner(
      loop: loop, store: database, limits: configuration.jobLimits, report: { log.error("\($0)") })
    let activity = ActivityMeter(writer: { database.writer.counters })
    try await database.open(observer: CommitObservers(caches + [realtime, dispatcher, jobs, activity]))

    let pushover = try configuration.pushoverSender(loop: group.loops[0], tracer: tracing.tracer)
    let startedAt = Timestamp.now()
    let blocking = BlockingPool(
      threadsMax: configuration.blockingThreadCount, queueMax: configuration.blockingQueueMax)
    let blobs = try FileBlobStore(directory: configuration.dataDirectory + "/uploads", work: blocking)

    let capacity = ConnectionCapacity(
      wanted: configuration.connectionsMax, descriptors: FileDescriptorLimit.current)
    if capacity.served < configuration.connectionsMax {
      log.warning("the limit of open files leaves room for \(capacity.served) connections only")
    }
    let census = ConnectionCensus(
      connectionsMax: capacity.served, connectionsPerAddressMax: configuration.connectionsPerAddressMax)
    var settings = configuration.apiSettings
    settings.limitOpenFiles(to: capacity.files)
    settings.renderMetrics = { metrics.render() }
    settings.report = { log.error("\($0)") }
    settings.keepsWrites = { database.writer.keepsWrites }
    settings.serverFigures = Self.figures(
      FigureSources(
        database: database, realtime: realtime, census: census, activity: activity, blocking: blocking,
        configuration: configuration, startedAt: startedAt))
    let services = Services(
      store: database, blobs: blobs, realtime: realtime, sessions: sessions, passwords: passwords,
      callbacks: callbacks, dispatcher: dispatcher, identityProviders: identityProviders, settings: settings,
      contexts: contexts)
    let httpMetrics = HTTPMetrics(registry: metrics)
    let application = try Application(
      endpoints: API.endpoints,
      middleware: [
        TracingMiddleware(
          tracer: tracing.tracer, trustedProxies: settings.trustedProxies, speaksTLS: settings.speaksTLS),
        CorrelationMiddleware(), AccessLogMiddleware(log: log, metrics: httpMetrics),
        CompressionMiddleware(thresholdBytes: configuration.compressionThresholdBytes), ErrorMiddleware(log: log),
        StaticFilesMiddleware(),
        AuthenticationMiddleware(settings: settings, sessions: sessions, assertions: assertions, store: database),
      ],
      services: services)
    let server = HTTPServer(
      application: application, contexts: contexts, limits: configuration.httpLimits,
      timeouts: configuration.serverTimeouts, answersBytesMax: configuration.answersBytesMax,
      strictTransportSecurity: configuration.strictTransportSecurity,
      report: { log.error("\($0)") },
      refused: { error, _, peer in
        httpMetrics.refused(status: error.status.code)
        log.info("refused a request", metadata: ["reason": .string("\(error)"), "peer": .string("\(peer)")])
      })
    var listenerLimits = TCPListenerLimits()
    listenerLimits.backlogBytesMax = configuration.outboundBacklogBytesMax
    listenerLimits.refusal = HTTPServer.refusal
    listenerLimits.refusedOpenMax = capacity.refused
    if let sockets {
      listener = try TCPListener(
        inherited: sockets, loops: group.loops, limits: listenerLimits, census: census, tls: tls,
        onAccept: { server.accept($0) })
    } else {
      listener = try TCPListener(
        address: configuration.address.socketAddress, loops: group.loops, limits: listenerLimits, census: census,
        tls: tls, onAccept: { server.accept($0) })
    }
    watchdog = Watchdog.timer(notifier, group: group, log: log)
    address = listener.boundAddress
    self.server = server
    self.realtime = realtime
    self.database = database
    self.blocking = blocking
    self.dispatcher = dispatcher
    self.sessions = sessions
    self.passwords = passwords
    self.jobs = jobs
    Self.register(metrics, database, realtime, census)
    Self.register(metrics, dispatcher)
    Self.register(metrics, jobs)
    if let tls {
      metrics.read(
        "clickclack_tls_certificate_end_timestamp_seconds", help: "When the certificate ends, in seconds since 1970."
      ) { Double(tls.certificateEndUnixSeconds) }
    }
    housekeeping = [
      // On its own: everything that awaits the writer stands still while the disk stalls, which is when this matters.
      RepeatingTimer(loop: loop, milliseconds: Self.housekeepingMilliseconds) {
        database.writer.expireWaiting()
        database.readers.expireWaiting()
      },
      RepeatingTimer(loop: loop, milliseconds: Self.housekeepingMilliseconds) {
        do {
          try await database.writer.lookForOtherProcesses()
        } catch {
          log.error("can't look for changes by other processes: \(error)")
        }
      },
      RepeatingTimer(loop: loop, milliseconds: Self.releaseMilliseconds) {
        await realtime.releaseIdle(now: loop.nowMilliseconds)
      },
      RepeatingTimer(loop: loop, milliseconds: ActivityMeter.intervalMilliseconds) { activity.sample() },
      RepeatingTimer(loop: loop, milliseconds: Self.sessionUsesMilliseconds) {
        await Self.writeSessionUses(sessions, log)
      },
    ]
    for timer in housekeeping { await timer.start() }
    activity.sample()
    await dispatcher.start()
    let mail = Self.mailClient(configuration)
    self.mail = mail
    await Self.registerJobs(
      jobs,
      JobParts(
        database: database, blobs: blobs, realtime: realtime, pushover: pushover, mail: mail,
        configuration: configuration, log: log))
    await jobs.enqueueAtStart(JobDraft(.removeOrphans, payload: startedAt.text, uniqueKey: startedAt.text))
    await jobs.start()
    await watchdog?.start()
    notify { () throws(SystemError) in try notifier.ready() }
  }

  /// Reads the certificate and its key again, for connections that come from now on.
  func reload() async {
    notify { () throws(SystemError) in try notifier.reloading() }
    if let tls {
      do {
        try await blocking.perform { try tls.reload() }
        log.notice("read the certificate again", metadata: ["ends": .string(Self.end(of: tls))])
      } catch {
        log.error("the certificate stays as it was: \(error)")
      }
    } else {
      log.notice("there is nothing to read again: the server has no certificate")
    }
    notify { () throws(SystemError) in try notifier.ready() }
  }

  private static func end(of tls: TLSServer) -> String {
    Timestamp(microseconds: tls.certificateEndUnixSeconds * 1_000_000).text
  }

  private func notify(_ body: () throws(SystemError) -> Void) {
    do {
      try body()
    } catch {
      log.warning("can't tell the service manager: \(error)")
    }
  }

  /// Lets requests finish, tells sockets to reconnect, commits what waits, and closes everything.
  /// - Parameter graceSeconds: How long requests and sockets may take.
  func stop(graceSeconds: Int64) async {
    notify { () throws(SystemError) in try notifier.stopping() }
    listener.stopAccepting()
    for timer in housekeeping { await timer.stop() }
    async let jobsEnd: Void = jobs.stop(graceMilliseconds: UInt64(max(0, graceSeconds)) * 1_000)
    await server.drain()
    realtime.endAll(.serviceRestart)
    let deadline = ContinuousClock.now + .seconds(graceSeconds)
    while listener.census.snapshot.open > 0, ContinuousClock.now < deadline {
      do {
        try await Task.sleep(for: .milliseconds(20))
      } catch {
        break
      }
    }
    await dispatcher.stop()
    identityProviders.shutdown()
    assertions?.shutdown()
    await Self.writeSessionUses(sessions, log)
    await jobsEnd
    await database.close()
    blocking.shutdown()
    lock.release()
    passwords.shutdown()
    mail?.shutdown()
    await tracing.stop(until: deadline)
    await watchdog?.stop()
    await group.shutdown()
  }

  private static func prepareSchema(_ engine: SQLiteEngine, migrates: Bool, log: Logger) throws {
    let connection = try engine.openWriter()
    do {
      let pending = try Migrator().status(connection).filter { $0.appliedAt == nil }
      guard !pending.isEmpty else { return }
      guard migrates else {
        throw CommandFailure("the database needs \(pending.count) schema step(s): run 'clickclack migrate'")
      }
      let done = try Migrator().up(connection)
      log.notice("schema is current", metadata: ["applied": .string("\(done.count)")])
    } catch let failure as Migrator.Failure {
      throw CommandFailure("\(failure)")
    }
  }

  private static func writeSessionUses(_ sessions: SessionCache, _ log: Logger) async {
    do {
      try await sessions.writeUses()
    } catch {
      log.warning("can't note when sessions were used: \(error)")
    }
  }

  private static func measurements(_ metrics: MetricsRegistry, _ log: Logger) -> WriterMeasurements {
    let duration = metrics.histogram(
      "clickclack_commit_duration_seconds", help: "Time of a group commit, fsync included.")
    let size = metrics.histogram(
      "clickclack_commit_requests", help: "Requests in a group commit.", bounds: [1, 2, 4, 8, 16, 32, 64, 128, 256])
    return WriterMeasurements(
      commit: { microseconds, requests in
        duration.observe(Double(microseconds) / 1_000_000)
        size.observe(Double(requests))
      },
      report: { log.error("\($0)") })
  }

  private static func register(
    _ metrics: MetricsRegistry, _ database: Database, _ realtime: Realtime, _ census: ConnectionCensus
  ) {
    metrics.read("clickclack_writer_waiting", help: "Writes that wait for the writer.") {
      Double(database.writer.counters.waiting)
    }
    metrics.read("clickclack_writer_refused_total", kind: .counter, help: "Writes refused because too many waited.") {
      Double(database.writer.counters.refused)
    }
    metrics.read("clickclack_commits_total", kind: .counter, help: "Group commits.") {
      Double(database.writer.counters.commits)
    }
    metrics.read("clickclack_readers_waiting", help: "Reads that wait for a reader.") {
      Double(database.readers.waiting)
    }
    metrics.read(
      "clickclack_reads_refused_total", kind: .counter,
      help: "Reads refused because too many waited or they waited too long."
    ) {
      Double(database.readers.refused)
    }
    metrics.read("clickclack_workspaces_live", help: "Workspaces with an actor in memory.") {
      Double(realtime.workspaceCount)
    }
    let counters = realtime.counters
    metrics.read("clickclack_subscribers", help: "WebSockets and event streams that follow a workspace.") {
      Double(counters.subscribers)
    }
    metrics.read("clickclack_events_published_total", kind: .counter, help: "Events handed to live workspaces.") {
      Double(counters.published)
    }
    metrics.read("clickclack_deliveries_total", kind: .counter, help: "Events handed to single subscribers.") {
      Double(counters.delivered)
    }
    metrics.read(
      "clickclack_slow_consumers_total", kind: .counter, help: "Subscribers that were ended because they were too slow."
    ) { Double(counters.slowConsumers) }
    metrics.read(
      "clickclack_websocket_flooders_total", kind: .counter,
      help: "WebSockets that were closed because their clients sent too much."
    ) { Double(counters.flooders) }
    metrics.read(
      "clickclack_websocket_inflated_bytes_total", kind: .counter,
      help: "Bytes to which compressed messages of WebSocket clients inflated."
    ) { Double(counters.inflatedBytes) }
    metrics.read("clickclack_connections", help: "Open connections.") { Double(census.snapshot.open) }
  }

  private static func register(_ metrics: MetricsRegistry, _ dispatcher: EventDispatcher) {
    metrics.read("clickclack_event_deliveries_total", kind: .counter, help: "Events that apps took.") {
      Double(dispatcher.counters.delivered)
    }
    metrics.read(
      "clickclack_event_delivery_failures_total", kind: .counter, help: "Attempts to deliver events that failed."
    ) { Double(dispatcher.counters.failed) }
  }
}
