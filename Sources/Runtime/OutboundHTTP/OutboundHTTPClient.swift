import CCurl

// Unchecked: every variable is touched on the loop's thread only; `loop`, `addressGuard` and `limits` are immutable.
/// Sends HTTP requests to other servers from an event loop: OAuth, webhooks, link previews, object storage.
///
/// Every address is checked by an `AddressGuard` when the socket is opened, on every redirect too. Requests in progress
/// and requests waiting are bounded. A proxy in the environment is ignored.
public final class OutboundHTTPClient: LoopResource, @unchecked Sendable {
  private let loop: EventLoop
  private let addressGuard: AddressGuard
  private let limits: OutboundHTTPLimits
  private let tracer: Tracer?
  private var driver: CurlDriver?
  private var active: [ObjectIdentifier: OutboundExchange] = [:]
  private var waiting: [OutboundExchange] = []
  private var isStopped = false

  /// Creates a client whose transfers run on `loop`; it ends with the loop or with `shutdown`.
  /// - Parameter tracer: Records the requests, which then say of which trace they are part; nil for requests that are
  ///   nobody else's business.
  public init(
    loop: EventLoop, addressGuard: AddressGuard = AddressGuard(), limits: OutboundHTTPLimits = OutboundHTTPLimits(),
    tracer: Tracer? = nil
  ) {
    self.loop = loop
    self.addressGuard = addressGuard
    self.limits = limits
    self.tracer = tracer
  }

  /// Sends a request and returns the response, whatever its status; may be called from any executor.
  ///
  /// Cancelling the calling task ends the transfer with `.cancelled`.
  public func send(_ request: OutboundRequest) async throws(OutboundHTTPError) -> OutboundResponse {
    guard let span = tracer?.call() else { return try await transfer(request) }
    var traced = request
    traced.headers += span.trace.context.headers
    do throws(OutboundHTTPError) {
      let response = try await transfer(traced)
      span.end(request, response)
      return response
    } catch {
      span.end(request, error)
      throw error
    }
  }

  private func transfer(_ request: OutboundRequest) async throws(OutboundHTTPError) -> OutboundResponse {
    let exchange = OutboundExchange(request: request, addressGuard: addressGuard, limits: limits)
    let result: Result<OutboundResponse, OutboundHTTPError> = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        loop.submit { [self] in
          exchange.completion = { continuation.resume(returning: $0) }
          begin(exchange)
        }
      }
    } onCancel: {
      loop.submit { [self] in cancel(exchange) }
    }
    return try result.get()
  }

  /// Requests waiting for their turn now, for metrics. On the loop only.
  public var waitingCount: Int { waiting.count }

  /// Fails all requests with `.stopped` and closes all connections. May be called on any thread.
  public func shutdown() {
    loop.submit { [self] in
      isStopped = true
      closeForShutdown()
    }
  }

  func closeForShutdown() {
    for exchange in Array(active.values) + waiting { finish(exchange, .failure(.stopped)) }
    waiting = []
    if let driver {
      driver.close()
      self.driver = nil
      loop.unregister(self)
    }
  }

  private func begin(_ exchange: OutboundExchange) {
    guard !exchange.isCancelled else { return finish(exchange, .failure(.cancelled)) }
    guard !isStopped, !loop.isStopping else { return finish(exchange, .failure(.stopped)) }
    let timer = loop.makeTimer { [unowned self, unowned exchange] in finish(exchange, .failure(.timedOut)) }
    timer.schedule(afterMilliseconds: exchange.request.totalTimeoutMilliseconds)
    exchange.timer = timer
    if active.count < limits.concurrentRequestsMax {
      start(exchange)
    } else if waiting.count < limits.waitingRequestsMax {
      waiting.append(exchange)
    } else {
      finish(exchange, .failure(.overloaded))
    }
  }

  private func start(_ exchange: OutboundExchange) {
    do throws(OutboundHTTPError) {
      let easy = try exchange.prepare()
      guard let driver = runningDriver(), driver.add(easy) else { throw OutboundHTTPError.failed("libcurl refused") }
      active[ObjectIdentifier(exchange)] = exchange
    } catch {
      finish(exchange, .failure(error))
    }
  }

  private func runningDriver() -> CurlDriver? {
    if let driver { return driver }
    driver = CurlDriver(loop: loop, idleConnectionsMax: limits.idleConnectionsMax) { [unowned self] exchange, code in
      transferEnded(exchange, code)
    }
    if driver != nil { loop.register(self) }
    return driver
  }

  private func transferEnded(_ exchange: OutboundExchange, _ code: CURLcode) {
    if let result = exchange.result(of: code) { return finish(exchange, result) }
    // A redirect: the next transfer passes the same checks as the first.
    detach(exchange)
    start(exchange)
  }

  private func cancel(_ exchange: OutboundExchange) {
    exchange.isCancelled = true
    finish(exchange, .failure(.cancelled))
  }

  private func detach(_ exchange: OutboundExchange) {
    guard active.removeValue(forKey: ObjectIdentifier(exchange)) != nil else { return }
    if let easy = exchange.easy { driver?.remove(easy) }
    exchange.release()
  }

  private func finish(_ exchange: OutboundExchange, _ result: Result<OutboundResponse, OutboundHTTPError>) {
    guard let completion = exchange.completion else { return }
    exchange.completion = nil
    exchange.timer?.cancel()
    exchange.timer = nil
    detach(exchange)
    waiting.removeAll { $0 === exchange }
    completion(result)
    if !waiting.isEmpty { loop.submit { [self] in startWaiting() } }
  }

  private func startWaiting() {
    while active.count < limits.concurrentRequestsMax, !waiting.isEmpty, !loop.isStopping, !isStopped {
      start(waiting.removeFirst())
    }
  }
}
