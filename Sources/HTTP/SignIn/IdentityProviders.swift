import Runtime
import Storage

/// What the operator configured about signing in at other services.
public struct SignInSettings: Sendable, Equatable {
  /// GitHub, if people can sign in there.
  public var github: GitHubSettings?
  /// The OpenID Connect providers, in the order in which they are offered.
  public var openID: [OpenIDSettings] = []
  /// The proxy that signs people in, if there is one.
  public var proxy: ProxyAssertionSettings?
  /// What happens to people who are new.
  public var joinRule = JoinRule()
  /// Sign-ins under way at most.
  public var pendingMax = 4_096
  /// How long people may take at the other service, in seconds.
  public var pendingSeconds: Int64 = 600

  /// No service.
  public init() {}
}

/// The services at which people can sign in, and the sign-ins under way.
public final class IdentityProviders: Sendable {
  /// The provider that has paths of its own in the wire contract.
  public static let openClawID = "openclaw"

  /// GitHub; nil when it is not configured.
  let github: GitHubProvider?
  /// The others.
  let openID: [OpenIDProvider]
  /// What happens to people who are new.
  let joinRule: JoinRule
  /// How long people may take at the other service, in seconds.
  let pendingSeconds: Int64
  /// Sign-ins that were sent away, by their state.
  let attempts: OneTimeValues<SignInAttempt>
  /// Sessions that wait for their desktop client, by their code.
  let handoffs: OneTimeValues<DesktopHandoff>
  private let client: ProviderClient

  /// Prepares the services; none is called before somebody signs in.
  /// - Parameter loop: Where calls to them run.
  /// - Throws: `AddressGuard.InvalidEntry` for a URL without a usable host.
  public init(_ settings: SignInSettings, loop: EventLoop) throws(AddressGuard.InvalidEntry) {
    let services = [settings.github?.url, settings.github?.apiURL].compactMap { $0 } + settings.openID.map(\.issuer)
    let client = try ProviderClient(loop: loop, services: services)
    self.client = client
    github = settings.github.map { GitHubProvider($0, client: client) }
    openID = settings.openID.map { OpenIDProvider($0, loop: loop, client: client) }
    joinRule = settings.joinRule
    pendingSeconds = settings.pendingSeconds
    attempts = OneTimeValues(countMax: settings.pendingMax, lifetime: .seconds(settings.pendingSeconds))
    handoffs = OneTimeValues(countMax: settings.pendingMax, lifetime: DesktopHandoff.lifetime)
  }

  /// All of them, in the order in which they are offered.
  var all: [any IdentityProvider] { ([github].compactMap { $0 } as [any IdentityProvider]) + openID }

  /// The OpenID Connect provider with a name, or nil.
  func openID(_ id: String) -> OpenIDProvider? { openID.first { $0.id == id } }

  /// Fails all calls under way and closes all connections.
  public func shutdown() { client.shutdown() }
}
