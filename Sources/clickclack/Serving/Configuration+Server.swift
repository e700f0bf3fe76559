import Actors
import HTTP
import Runtime
import Storage

extension Configuration {
  /// The bounds of the writer's queue.
  var writerLimits: DatabaseWriter.Limits {
    var limits = DatabaseWriter.Limits()
    limits.waitingRequestsMax = writerQueueMax
    limits.groupRequestsMax = writerGroupMax
    return limits
  }

  /// The bounds of live delivery.
  var realtimeLimits: Realtime.Limits {
    var limits = Realtime.Limits()
    limits.ringEventsMax = eventRingMax
    limits.ringsBytesMax = eventRingsBytesMax
    limits.replayEventsMax = replayMax
    limits.replaysMax = replaysConcurrentMax
    limits.replaysPerPersonMax = replaysPerUserMax
    limits.replayStallMilliseconds = writeTimeout.wholeMilliseconds
    return limits
  }

  /// The bounds of the job queue.
  var jobLimits: JobRunner.Limits {
    var limits = JobRunner.Limits()
    limits.concurrentMax = jobsConcurrentMax
    limits.leaseMilliseconds = jobLease.wholeMilliseconds
    return limits
  }

  /// What sends notifications by Pushover; nil without a token.
  func pushoverSender(loop: EventLoop, tracer: Tracer) throws -> PushoverSender? {
    guard !pushoverToken.isEmpty else { return nil }
    return try PushoverSender(
      loop: loop, url: pushoverURL, token: pushoverToken, publicURL: publicURL?.text, tracer: tracer)
  }

  /// The bounds on requests.
  var httpLimits: HTTPLimits {
    var limits = HTTPLimits()
    limits.headerBytesMax = headerBytesMax
    limits.headerCountMax = headerCountMax
    limits.bodyBytesMax = bodyBytesMax
    return limits
  }

  /// How long connections may take.
  var serverTimeouts: ServerTimeouts {
    var timeouts = ServerTimeouts()
    timeouts.headMilliseconds = headerTimeout.wholeMilliseconds
    timeouts.bodyMilliseconds = bodyTimeout.wholeMilliseconds
    timeouts.idleMilliseconds = idleTimeout.wholeMilliseconds
    timeouts.writeMilliseconds = writeTimeout.wholeMilliseconds
    return timeouts
  }

  /// What hashing a password costs.
  var passwordHashing: Argon2id {
    Argon2id(memoryKibibytes: passwordHashMemoryBytes / 1024, passes: passwordHashPasses)
  }

  /// Where links lead that are made without a request: the public URL, or else this machine.
  var linkBase: String { publicURL?.text ?? "\(speaksTLS ? "https" : "http")://localhost:\(address.port)" }

  /// The certificate to show; nil for a server that speaks plain HTTP.
  func tlsServer() throws(TLSError) -> TLSServer? {
    guard speaksTLS else { return nil }
    return try TLSServer(
      certificateFile: tlsCertificateFile, keyFile: tlsKeyFile,
      handshakeMilliseconds: tlsHandshakeTimeout.wholeMilliseconds)
  }

  /// The field that keeps browsers to TLS (RFC 6797), which only answers by TLS may have.
  var strictTransportSecurity: String? {
    let seconds = hstsMaxAge.components.seconds
    return speaksTLS && seconds > 0 ? "max-age=\(seconds)" : nil
  }

  /// What concerns the API.
  var apiSettings: APISettings {
    var settings = APISettings()
    settings.developmentMode = isDevBootstrap
    settings.publicURL = publicURL?.text
    settings.cookieNamespace = cookieNamespace
    settings.allowedOrigins = allowedOrigins.map(\.text)
    settings.metricsEnabled = isMetricsEnabled
    settings.sessionSeconds = sessionLifetime.components.seconds
    settings.magicLinkSeconds = magicLinkLifetime.components.seconds
    settings.passwordsEnabled = arePasswordsEnabled
    settings.mailsMagicLinks = smtpURL != nil
    settings.proxyAssertions = proxyAssertions
    settings.trustedProxies = proxy.trusted.map(\.range)
    settings.clientAddressField = proxy.clientField
    settings.speaksTLS = speaksTLS
    settings.passkeys.verification = passkeyVerification
    settings.passkeys.perUserMax = passkeysPerUserMax
    settings.passkeys.challengeSeconds = passkeyChallengeLifetime.components.seconds
    settings.passkeys.challengesMax = passkeyChallengesMax
    settings.webSocketTiming = WebSocketTiming(
      pingIntervalMilliseconds: Int(websocketPingInterval.wholeMilliseconds),
      pongTimeoutMilliseconds: max(
        1_000, Int(websocketDeadPeerTimeout.wholeMilliseconds) - Int(websocketPingInterval.wholeMilliseconds)),
      messageTimeoutMilliseconds: Int(bodyTimeout.wholeMilliseconds))
    settings.webSocketMessageBytesMax = websocketMessageBytesMax
    settings.webSocketInputRate = WebSocketAllowance.Rate(
      framesPerSecond: websocketInputFramesPerSecond, bytesPerSecond: websocketInputBytesPerSecond)
    settings.uploadBytesMax = uploadBytesMax
    settings.uploadsUnderWayMax = uploadsConcurrentMax
    settings.downloadsUnderWayMax = downloadsConcurrentMax
    settings.downloadsPerUserMax = downloadsPerUserMax
    settings.uploadQuota.userBytesMax = Int64(uploadUserBytesMax)
    settings.uploadQuota.workspaceBytesMax = Int64(uploadWorkspaceBytesMax)
    settings.backlogBytesMax = outboundBacklogBytesMax
    return settings
  }
}

extension Duration {
  /// Whole milliseconds, rounded down; none when negative.
  var wholeMilliseconds: UInt64 {
    UInt64(max(0, components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000))
  }
}
