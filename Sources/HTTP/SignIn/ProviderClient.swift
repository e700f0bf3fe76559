import Runtime
import Storage

/// Calls the services at which people sign in.
///
/// The operator names them, so their hosts may have private addresses; every other host that they refer to must be
/// public. Everything goes over TLS, except to a service that the operator named with http. Redirects are not followed.
struct ProviderClient: Sendable {
  /// How long one call may take, in milliseconds.
  static let totalMilliseconds: UInt64 = 10_000
  /// Bytes of an answer.
  static let responseBytesMax = 512 << 10

  private let client: OutboundHTTPClient
  private let plainOrigins: Set<String>

  /// A client whose connections live on a loop.
  /// - Parameter services: The URLs that the operator configured.
  /// - Throws: `AddressGuard.InvalidEntry` for a URL without a usable host.
  init(loop: EventLoop, services: [String]) throws(AddressGuard.InvalidEntry) {
    client = OutboundHTTPClient(loop: loop, addressGuard: try AddressGuard(allowing: services.map(Self.host)))
    plainOrigins = Set(services.compactMap(WebOriginText.normalized).filter { $0.hasPrefix("http://") })
  }

  /// Whether a URL that a service refers to may be called or shown to a browser.
  func permits(_ url: String) -> Bool {
    guard let origin = WebOriginText.normalized(url), url.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
      return false
    }
    return origin.hasPrefix("https://") || plainOrigins.contains(origin)
  }

  /// Sends a request and returns the answer, whatever its status.
  /// - Throws: `ProviderFailure` with status 503 when there is none, 502 for a URL that may not be called.
  func send(_ request: OutboundRequest) async throws(ProviderFailure) -> OutboundResponse {
    guard permits(request.url) else { throw .broken("the provider refers to a URL without TLS") }
    var request = request
    request.totalTimeoutMilliseconds = Self.totalMilliseconds
    request.responseBytesMax = Self.responseBytesMax
    request.headers.append(OutboundHeader(name: "User-Agent", value: "ClickClack"))
    do throws(OutboundHTTPError) {
      return try await client.send(request)
    } catch {
      throw .unavailable("a sign-in provider can't be called: \(error)")
    }
  }

  /// Fetches a document.
  /// - Throws: `ProviderFailure`.
  func get(
    _ url: String, accept: String = "application/json", bearer: String? = nil
  ) async throws(ProviderFailure) -> [UInt8] {
    var request = OutboundRequest(url: url, headers: [OutboundHeader(name: "Accept", value: accept)])
    if let bearer { request.headers.append(OutboundHeader(name: "Authorization", value: "Bearer \(bearer)")) }
    let response = try await send(request)
    guard response.status == 200 else {
      throw response.status >= 500
        ? .unavailable("a sign-in provider answered with status \(response.status)")
        : .broken("a sign-in provider answered with status \(response.status)")
    }
    return response.body
  }

  /// Reads an answer.
  /// - Throws: `ProviderFailure` with status 502.
  static func decode<T: Decodable>(_ body: [UInt8]) throws(ProviderFailure) -> T {
    do {
      return try JSONText.decode(T.self, from: body)
    } catch {
      throw .broken("a sign-in provider answered something unexpected")
    }
  }

  /// Fails all calls under way and closes all connections.
  func shutdown() { client.shutdown() }

  private static func host(_ url: String) -> String {
    let authority = (WebOriginText.normalized(url) ?? "").drop { $0 != "/" }.dropFirst(2)
    if authority.hasPrefix("[") { return String(authority.dropFirst().prefix { $0 != "]" }) }
    return String(authority.prefix { $0 != ":" })
  }
}
