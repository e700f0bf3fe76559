import Actors
import Runtime
import Storage

extension API {
  /// Live delivery of a workspace's events: over WebSocket, and as server-sent events for scripts and proxies.
  static let liveEvents: [Endpoint] = [
    Endpoint(
      .get, "/api/realtime/ws", "realtimeWebSocket", access: .caller(botScope: "realtime:read"), handler: openWebSocket),
    Endpoint(
      .get, "/api/realtime/sse", "realtimeEventStream", access: .caller(botScope: "realtime:read"),
      handler: openEventStream),
  ]

  /// A browser offers its token as a subprotocol with this prefix.
  static let bearerSubprotocolPrefix = "clickclack.bearer."

  private static func openWebSocket(_ request: APIRequest) async throws -> APIResponse {
    let (caller, viewer, generation) = try await viewer(of: request)
    let handshake: WebSocketHandshake
    do {
      handshake = try WebSocketHandshake(request.head)
    } catch {
      var refusal = APIResponse.error(error.status.code, error.message)
      error.headers.forEach { refusal.headers.append(($0.text, $1.text)) }
      return refusal
    }
    let deflate = WebSocketDeflateParameters.negotiate(request.head.headers)
    // A browser can't set Authorization on a WebSocket: the token comes as a subprotocol, which must be echoed.
    let subprotocol = handshake.subprotocols.first { $0.hasPrefix(bearerSubprotocolPrefix) }
    let head = handshake.response(subprotocol: subprotocol, deflate: deflate)
    let services = request.services
    let cursor = request.queryValue("after_cursor")
    let response = APIResponse(
      status: head.status.code, contentType: "",
      content: .takeOver { connection, ahead in
        connection.backlogBytesMax = services.settings.backlogBytesMax
        let session = WebSocketSession(
          connection: connection, messages: services.contexts.bodies, realtime: services.realtime,
          usesDeflate: deflate != nil, timing: services.settings.webSocketTiming,
          messageBytesMax: services.settings.webSocketMessageBytesMax,
          inputRate: services.settings.webSocketInputRate)
        session.assumeIsolated {
          $0.start(caller: caller, viewer: viewer, after: cursor, generation: generation, ahead: ahead)
        }
      })
    return head.headers.reduce(into: response) { $0.headers.append(($1.name, $1.value)) }
  }

  private static func openEventStream(_ request: APIRequest) async throws -> APIResponse {
    let (caller, viewer, generation) = try await viewer(of: request)
    guard request.head.version == .http11 else {
      return .error(505, "an event stream needs HTTP/1.1")
    }
    let headers = [("Cache-Control", "no-store"), ("X-Accel-Buffering", "no")]
    guard request.head.method != .head else {
      return APIResponse(
        status: 200, contentType: ServerSentEvent.contentType, content: .stream(length: nil) { _ in }, headers: headers)
    }
    let services = request.services
    // A reconnecting EventSource repeats its URL, so what it says it has seen last wins over the query.
    let cursor = ServerSentEvent.lastEventID(request.head.headers) ?? request.queryValue("after_cursor")
    return APIResponse(
      status: 200, contentType: ServerSentEvent.contentType,
      content: .takeOver { connection, _ in
        connection.backlogBytesMax = services.settings.backlogBytesMax
        let session = EventStreamSession(connection: connection, realtime: services.realtime)
        session.assumeIsolated { $0.start(caller: caller, viewer: viewer, after: cursor, generation: generation) }
      },
      headers: headers)
  }

  private static func viewer(of request: APIRequest) async throws -> (Caller, EventViewer, UInt64) {
    let caller = try request.caller
    guard let workspaceID = request.queryValue("workspace_id"), !workspaceID.isEmpty else {
      throw StoreError.invalid("workspace_id is missing")
    }
    // Before the role is read: a change in between is then noticed. The credential was looked up before that, so it is
    // looked at again: a revocation ends the subscriptions that are there, and this one is not yet.
    let generation = request.services.realtime.membershipGeneration
    let membership = try await request.read { db in
      guard try Credentials.isValid(caller, at: .now(), db) else {
        throw StoreError(.unauthenticated, "the credential is unknown, expired or revoked")
      }
      return try Access.member(caller, of: workspaceID, db)
    }
    await request.services.realtime.prepare(workspaceID)
    return (
      caller, EventViewer(workspaceID: workspaceID, userID: caller.userID, role: membership.role), generation
    )
  }
}
