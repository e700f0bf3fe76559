import HTTP
import Runtime

/// Everything that an operator can set, typed; the values here are the defaults.
///
/// What each setting means, its name and its bounds stand in `Setting.all`.
struct Configuration: Equatable, Sendable {
  var address = ListenAddress(host: "", port: 8080)
  var dataDirectory = "./data"
  var isAutoMigrating = true
  var publicURL: WebOrigin?

  var tlsCertificateFile = ""
  var tlsKeyFile = ""
  var tlsHandshakeTimeout = Duration.seconds(10)
  var hstsMaxAge = Duration.seconds(365 * 86_400)

  var cookieNamespace = ""
  var allowedOrigins: [WebOrigin] = []
  var callbackAllow: [CallbackTarget] = []
  var isDevBootstrap = false
  var sessionLifetime = Duration.seconds(30 * 86_400)
  var magicLinkLifetime = Duration.seconds(15 * 60)
  var inviteLifetime = Duration.seconds(7 * 86_400)
  var passkeyVerification = PasskeyVerification.preferred
  var passkeysPerUserMax = 20
  var passkeyChallengeLifetime = Duration.seconds(300)
  var passkeyChallengesMax = 10_000
  var arePasswordsEnabled = true
  var passwordResetLifetime = Duration.seconds(86_400)
  var passwordHashMemoryBytes = 19 * 1024 * 1024
  var passwordHashPasses = 2
  var passwordHashThreadCount = 2
  var passwordHashQueueMax = 64

  var smtpURL: SMTPAddress?
  var smtpUsername = ""
  var smtpPassword = ""
  var isPlainSMTPAllowed = false
  var smtpAuthorityFile = ""
  var mailFrom = ""
  var isSignUpByMailAllowed = false

  var github = GitHubConfiguration()
  /// By the name that is part of their settings' names.
  var openIDProviders: [String: OpenIDProviderConfiguration] = [:]
  var proxy = ProxyConfiguration()
  var newcomerRole = NewcomerRole.guest
  var newcomerWorkspace = ""
  var signInTimeout = Duration.seconds(600)
  var signInsPendingMax = 4096

  var isMetricsEnabled = false
  var logLevel = Logger.Level.info
  var logFormat = LogFormatChoice.auto
  /// Without a slash at the end; empty for no tracing.
  var otlpEndpoint = ""
  var otlpHeaders: [CollectorHeader] = []
  var otlpServiceName = "clickclack"
  var traceSampleRatio = 1.0
  var traceQueueMax = 8192

  /// 0 means one per core.
  var loopCount = 0
  var readerThreadCount = 4
  var blockingThreadCount = 4
  var blockingQueueMax = 1024
  var gracePeriod = Duration.seconds(10)

  var pushoverToken = ""
  var pushoverURL = "https://api.pushover.net/1/messages.json"

  var headerTimeout = Duration.seconds(10)
  var bodyTimeout = Duration.seconds(60)
  var idleTimeout = Duration.seconds(120)
  var writeTimeout = Duration.seconds(60)
  var headerBytesMax = 32 * 1024
  var headerCountMax = 100
  var bodyBytesMax = 1024 * 1024
  var bodiesBytesMax = 256 * 1024 * 1024
  var answersBytesMax = 256 * 1024 * 1024
  var connectionsMax = 16_384
  var connectionsPerAddressMax = 4096

  var websocketMessageBytesMax = 64 * 1024
  var websocketInputBytesPerSecond = 32 * 1024
  var websocketInputFramesPerSecond = 100
  var websocketPingInterval = Duration.seconds(30)
  var websocketDeadPeerTimeout = Duration.seconds(75)
  var outboundBacklogBytesMax = 1024 * 1024
  var compressionThresholdBytes = 1024
  var eventRingMax = 4096
  var eventRingsBytesMax = 256 * 1024 * 1024
  var replayMax = 5000
  var replaysConcurrentMax = 256
  var replaysPerUserMax = 64

  var uploadBytesMax = 100 * 1024 * 1024
  var unusedUploadLifetime = Duration.seconds(86_400)
  var uploadUserBytesMax = 0
  var uploadWorkspaceBytesMax = 0
  var uploadsConcurrentMax = 256
  var downloadsConcurrentMax = 1024
  var downloadsPerUserMax = 64
  var databaseLogBytesMax = 32 * 1024 * 1024
  var writerQueueMax = 4096
  var writerGroupMax = 256
  var jobsConcurrentMax = 8
  var jobLease = Duration.seconds(30)

  /// What the client commands talk to and as whom.
  var client = ClientConfiguration()

  /// Whether connections are encrypted by this server itself.
  var speaksTLS: Bool { !tlsCertificateFile.isEmpty }

  /// The database file; always in the data directory, beside the uploads that belong to it.
  var databasePath: String { dataDirectory + "/clickclack.db" }
}

/// How a command that talks to a server finds it, and for whom it speaks.
struct ClientConfiguration: Equatable, Sendable {
  /// Without a slash at the end.
  var server = "http://localhost:8080"
  var token = ""
  /// Sent as `X-ClickClack-User`, which servers accept on loopback in development only.
  var userID = ""
  var workspace = ""
  var channel = ""
}

/// The log format as configured; `auto` asks the terminal.
enum LogFormatChoice: String, CaseIterable, Sendable {
  case auto, text, json
}
