import Storage

extension API {
  /// Where a person is signed in, and signing out.
  static let ownSessions: [Endpoint] = [
    Endpoint(.get, "/api/me/sessions", "listMySessions", access: .people) { request in
      let caller = try request.caller
      let sessions = try await request.read { try Sessions.list(caller, at: .now(), $0) }
      return .json(capacity: 2_048) { $0.field("sessions", sessions) }
    },
    Endpoint(.delete, "/api/me/sessions/{session_id}", "revokeMySession", access: .people) { request in
      let caller = try request.caller
      let id = request.parameter("session_id")
      let isRevoked = try await request.services.store.write { try Sessions.revoke(id, of: caller.userID, $0) }
      guard isRevoked else { throw StoreError.notFound("session") }
      return id == caller.credentialID ? try signedOut(.empty, request) : .empty
    },
    Endpoint(.delete, "/api/me/sessions", "revokeMySessions", access: .people) { request in
      let caller = try request.caller
      let isEverywhere = request.queryValue("all") == "true"
      let count = try await request.services.store.write { tx in
        try Sessions.revokeAll(of: caller.userID, except: isEverywhere ? nil : caller.credentialID, tx)
      }
      let answer = APIResponse.json { $0.field("revoked", Int64(count)) }
      return isEverywhere ? try signedOut(answer, request) : answer
    },
    Endpoint(.post, "/api/auth/logout", "logOut", access: .people) { request in
      let caller = try request.caller
      if case .session(let id) = caller.credential {
        try await request.services.store.write { _ = try Sessions.revoke(id, of: caller.userID, $0) }
      }
      return try signedOut(.empty, request)
    },
  ]

  /// The answer to somebody whose browser need not keep its cookie.
  private static func signedOut(_ answer: APIResponse, _ request: APIRequest) throws(HTTPFieldError) -> APIResponse {
    let provenance = RequestProvenance(headers: request.head.headers, peerIsLoopback: request.peerIsLoopback)
    return answer.with(
      header: "Set-Cookie", try SessionCookie(provenance, request.services.settings).removal())
  }
}
