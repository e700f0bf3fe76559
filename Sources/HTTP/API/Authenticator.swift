import Runtime
import Storage

/// The credential that a request presents. Who it belongs to is looked up afterwards; when it belongs to nobody, the
/// request is refused, and no other credential is tried in its place.
public enum Presented: Sendable, Equatable {
  /// A token in the Authorization field, or in a WebSocket's subprotocol.
  case bearer(String)
  /// A session's token in a cookie.
  case cookie(String)
  /// The assertion of a trusted proxy.
  case assertion(String)
  /// Nothing, on the local machine in development mode: the first user.
  case developmentUser
  /// A user's identifier, on the local machine in development mode.
  case impersonation(UserID)
  /// Nothing.
  case nobody
}

/// Decides which credential of a request counts, and refuses forged ones. Pure: no clock, no lookup, no state.
///
/// The order is bearer token, assertion of a trusted proxy, session cookie, then on the local machine in development mode
/// the impersonation field or the first user. Neither a session cookie nor an assertion authorizes a change alone, since
/// browsers and proxies add them by themselves: the request must prove that a page of this server sent it, which comes
/// before everything else.
///
/// ```swift
/// switch try authenticator.authenticate(method: "GET", path: path, headers: headers, peerIsLoopback: true) { ... }
/// ```
public struct Authenticator: Sendable {
  /// Where WebSockets are opened: the only place where a subprotocol counts as a credential.
  static let webSocketPath = "/api/realtime/ws"
  private static let subprotocolPrefix = "clickclack.bearer."

  private let settings: APISettings
  private let publicOrigin: String?
  private let allowedOrigins: Set<String>

  /// Prepares the rules for a configuration.
  public init(settings: APISettings) {
    self.settings = settings
    publicOrigin = settings.publicURL.flatMap { WebOriginText.normalized($0) }
    allowedOrigins = Set(settings.allowedOrigins.compactMap { WebOriginText.normalized($0) })
  }

  /// The credential that counts. Called on the event loop for each request.
  /// - Parameters:
  ///   - path: Without the query.
  ///   - headers: Every field.
  ///   - peer: Who is at the other end of the connection.
  /// - Throws: `StoreError.forbidden` for a request that a foreign page may have sent, `.unauthenticated` for
  ///   credentials that can't be valid.
  public func authenticate(
    method: String, path: String, headers: HTTPHeaders, peer: SocketAddress
  ) throws(StoreError) -> Presented {
    let fields = CredentialFields(headers)
    let isWebSocket = path == Self.webSocketPath
    if let token = try bearer(fields, isWebSocket: isWebSocket) {
      guard let kind = Token.kind(of: token), kind == .bot || kind == .session else { throw Self.unknown }
      return .bearer(token)
    }
    if let token = try assertion(headers, peer) {
      let provenance = RequestProvenance(headers: headers, peerIsLoopback: peer.isLoopback)
      try refuseForgery(method: method, isWebSocket: isWebSocket, fields, provenance)
      return .assertion(token)
    }
    guard fields.hasCookies || settings.developmentMode else { return .nobody }
    let provenance = RequestProvenance(headers: headers, peerIsLoopback: peer.isLoopback)
    if fields.hasCookies {
      let sessions = SessionCookie(provenance, settings).values(in: headers)
      if let session = sessions.first {
        try refuseForgery(method: method, isWebSocket: isWebSocket, fields, provenance)
        guard sessions.count == 1 else { throw StoreError(.unauthenticated, "there are two session cookies") }
        guard Token.kind(of: session) == .session else { throw Self.unknown }
        return .cookie(session)
      }
    }
    guard settings.developmentMode, provenance.isLocal else { return .nobody }
    guard let user = fields.impersonated.first else { return .developmentUser }
    guard fields.impersonated.count == 1 else { throw Self.unknown }
    return .impersonation(user)
  }

  /// Refuses a request that a page of another site sent: for operations that need no credentials.
  /// - Throws: `StoreError.forbidden`.
  func requireOwnPage(_ provenance: RequestProvenance) throws(StoreError) {
    guard provenance.isOwnPage(publicOrigin: publicOrigin, allowed: allowedOrigins) else {
      throw .forbidden("the request comes from a page of another site")
    }
  }

  private func bearer(_ fields: CredentialFields, isWebSocket: Bool) throws(StoreError) -> String? {
    var tokens: [String] = []
    for field in fields.authorizations {
      let scheme = field.prefix { $0 != " " && $0 != "\t" }
      guard String(scheme).asciiLowercased == "bearer" else { continue }
      tokens.append(PlainText.trimmed(String(field.dropFirst(scheme.count))))
    }
    if tokens.isEmpty, isWebSocket {
      for field in fields.subprotocols {
        for name in field.split(separator: ",") {
          let name = PlainText.trimmed(String(name))
          if name.hasPrefix(Self.subprotocolPrefix) {
            tokens.append(String(name.dropFirst(Self.subprotocolPrefix.count)))
          }
        }
      }
    }
    guard tokens.count <= 1 else { throw StoreError(.unauthenticated, "there are two bearer tokens") }
    return tokens.first
  }

  /// The proxy's assertion. Somebody else who sends the field pretends to be the proxy, and an empty one signs nobody in,
  /// so both are refused rather than passed over.
  private func assertion(_ headers: HTTPHeaders, _ peer: SocketAddress) throws(StoreError) -> String? {
    guard let proxy = settings.proxyAssertions else { return nil }
    var tokens: [String] = []
    headers.forEachValue(of: proxy.header) { tokens.append($0.trimmingBlanks.text) }
    guard let token = tokens.first else { return nil }
    guard tokens.count == 1, !token.isEmpty, proxy.trusts(peer) else {
      throw StoreError(.unauthenticated, "the proxy's assertion is not valid")
    }
    return token
  }

  /// Refuses the use of a session cookie or an assertion that a foreign page may have caused.
  private func refuseForgery(
    method: String, isWebSocket: Bool, _ fields: CredentialFields, _ provenance: RequestProvenance
  ) throws(StoreError) {
    let isSafe = ["GET", "HEAD", "OPTIONS", "TRACE"].contains(method)
    // Pages can't add fields to the opening of a WebSocket, so there the Origin has to suffice.
    guard !isSafe || isWebSocket else { return }
    guard isSafe || fields.forgeryGuards == ["1"] else {
      throw .forbidden("changes from a browser need X-ClickClack-CSRF: 1")
    }
    try requireOwnPage(provenance)
  }

  private static let unknown = StoreError(.unauthenticated, "the credential is unknown, expired or revoked")
}

/// The header fields that can hold credentials, gathered in one pass; no text is made of the others.
private struct CredentialFields {
  var authorizations: [String] = []
  var hasCookies = false
  var subprotocols: [String] = []
  var impersonated: [String] = []
  var forgeryGuards: [String] = []

  init(_ headers: HTTPHeaders) {
    headers.forEach { note($0, $1) }
  }

  private mutating func note(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
    switch name.count {
    case 13 where name.equalsIgnoringCase("authorization"): authorizations.append(value.text)
    case 6 where name.equalsIgnoringCase("cookie"): hasCookies = true
    case 22 where name.equalsIgnoringCase("sec-websocket-protocol"): subprotocols.append(value.text)
    case 17 where name.equalsIgnoringCase("x-clickclack-user"):
      let user = value.trimmingBlanks
      if !user.isEmpty { impersonated.append(user.text) }
    case 17 where name.equalsIgnoringCase("x-clickclack-csrf"): forgeryGuards.append(value.text)
    default: break
    }
  }
}
