import Actors
import Runtime
import Storage

/// The parts of the server that handlers use.
public struct Services: Sendable {
  /// Durable writes and reads.
  public let store: any Store
  /// Live delivery.
  public let realtime: Realtime
  /// Credentials in memory.
  public let sessions: SessionCache
  /// The bytes of uploads.
  public let blobs: any BlobStore
  /// Hashes and compares passwords.
  public let passwords: PasswordHasher
  /// Calls apps.
  public let callbacks: CallbackSender
  /// Delivers events to apps.
  public let dispatcher: EventDispatcher
  /// The services at which people sign in.
  public let identityProviders: IdentityProviders
  /// What the operator configured.
  public let settings: APISettings
  /// What the connections of each loop share.
  let contexts: LoopContexts
  /// Calls of operations that are limited, per peer address.
  let limits = EndpointLimits()
  /// Challenges that passkeys have to answer.
  let passkeyChallenges: OneTimeValues<PasskeyChallenge>
  /// Guesses of a password, per account: ten, then one in half a minute. Per address they count as attempts to sign in.
  let passwordGuesses = RateLimiter(burst: 10, perSecond: 1.0 / 30)
  /// Mails with sign-in links, per e-mail address: three, then one in five minutes.
  let mailedLinks = RateLimiter(burst: 3, perSecond: 1.0 / 300)
  /// Payloads of ephemeral events, per author, in 4 KiB: a megabyte, then 64 KiB a second. Small ones are not counted.
  let largeEphemeralEvents = RateLimiter(burst: 256, perSecond: 16)
  /// Uploads under way, per user: as many as may be pending. Each holds an open file.
  let uploadsInFlight: InFlightLimit
  /// Downloads of uploads under way, per user. Each holds an open file.
  let downloadsInFlight: InFlightLimit
  /// Calls of slash commands under way, per person and per command: an app that is slow must not hold up the others.
  let slashCallsInFlight = InFlightLimit(perKeyMax: 8)
  /// Bytes of uploads under way.
  let uploadReservations = UploadReservations()

  /// Gathers the parts.
  public init(
    store: any Store, blobs: any BlobStore, realtime: Realtime, sessions: SessionCache,
    passwords: PasswordHasher, callbacks: CallbackSender, dispatcher: EventDispatcher,
    identityProviders: IdentityProviders, settings: APISettings, contexts: LoopContexts
  ) {
    self.contexts = contexts
    self.store = store
    self.blobs = blobs
    self.realtime = realtime
    self.sessions = sessions
    self.passwords = passwords
    self.callbacks = callbacks
    self.dispatcher = dispatcher
    self.identityProviders = identityProviders
    self.settings = settings
    uploadsInFlight = InFlightLimit(perKeyMax: Int(Uploads.pendingMax), allMax: settings.uploadsUnderWayMax)
    downloadsInFlight = InFlightLimit(
      perKeyMax: settings.downloadsPerUserMax, allMax: settings.downloadsUnderWayMax)
    passkeyChallenges = OneTimeValues(
      countMax: settings.passkeys.challengesMax, lifetime: .seconds(settings.passkeys.challengeSeconds))
  }
}

/// The configuration that concerns the API.
public struct APISettings: Sendable {
  /// Whether local callers without credentials act as the first user, and may ask for magic links.
  public var developmentMode = false
  /// The URL under which people reach the server, if it differs from the address it listens on.
  public var publicURL: String?
  /// Distinguishes the cookies of several servers on one host; empty for the plain name `cc_session`.
  public var cookieNamespace = ""
  /// Origins besides its own that may call the API from browsers.
  public var allowedOrigins: [String] = []
  /// Whether `/metrics` answers.
  public var metricsEnabled = false
  /// Renders the metrics for `/metrics`, in the text format of Prometheus; called for each scrape, on an event loop.
  public var renderMetrics: @Sendable () -> [UInt8] = { [] }
  /// Tells the operator, in the log, what a client is not told.
  public var report: @Sendable (_ problem: String) -> Void = { _ in }
  /// Whether what is stored now would be there after a restart; if not, the server is not ready.
  public var keepsWrites: @Sendable () -> Bool = { true }
  /// How long a session lasts, in seconds.
  public var sessionSeconds: Int64 = 30 * 86_400
  /// How long a magic link can be used, in seconds.
  public var magicLinkSeconds: Int64 = 15 * 60
  /// Whether people may sign in with an e-mail address and a password.
  public var passwordsEnabled = true
  /// Whether sign-in links are sent by mail.
  public var mailsMagicLinks = false
  /// The proxy that signs people in, if there is one.
  public var proxyAssertions: ProxyAssertionSettings?
  /// The addresses of proxies in front of the server, which tell where their clients are.
  public var trustedProxies: [IPRange] = []
  /// The header field in which they tell it.
  public var clientAddressField = ClientAddressField.xForwardedFor
  /// Whether this server encrypts its connections itself.
  public var speaksTLS = false
  /// The rules for passkeys.
  public var passkeys = PasskeySettings()
  /// When WebSockets are pinged and counted as dead.
  public var webSocketTiming = WebSocketTiming()
  /// The largest message that a client may send on a WebSocket, in bytes.
  public var webSocketMessageBytesMax = 64 << 10
  /// How much a client may send on a WebSocket per second.
  public var webSocketInputRate = WebSocketAllowance.Rate()
  /// The largest file that may be uploaded, in bytes.
  public var uploadBytesMax = 100 << 20
  /// Uploads under way at a time, of all people together.
  public var uploadsUnderWayMax = 256
  /// Downloads of uploads under way at a time, of all people together.
  public var downloadsUnderWayMax = 1_024
  /// Downloads of uploads under way at a time, of one person.
  public var downloadsPerUserMax = 64
  /// How many bytes of uploads people and workspaces may keep.
  public var uploadQuota = UploadQuota()
  /// Reads what the process knows of itself; called for each request, on an event loop, which it must not block.
  public var serverFigures: @Sendable () async throws -> ServerFigures = { ServerFigures() }
  /// Bytes that may wait for a subscriber before it is closed as too slow.
  public var backlogBytesMax = 1 << 20

  /// The defaults.
  public init() {}

  /// Lowers the uploads and downloads under way to what there are descriptors for, and one person's downloads to half of
  /// them, so that nobody takes them all.
  public mutating func limitOpenFiles(to count: Int) {
    uploadsUnderWayMax = min(uploadsUnderWayMax, count)
    downloadsUnderWayMax = min(downloadsUnderWayMax, count)
    downloadsPerUserMax = min(downloadsPerUserMax, max(1, downloadsUnderWayMax / 2))
  }
}
