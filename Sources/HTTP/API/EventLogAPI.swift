import Storage

extension API {
  /// The durable event log, for clients that pull.
  static let eventLog: [Endpoint] = [
    Endpoint(.get, "/api/event-types", "listEventTypes", access: .anyCaller) { _ in
      .json { $0.field("event_types", EventType.allCases.map(\.rawValue)) }
    },
    Endpoint(.get, "/api/realtime/events", "listEvents", access: .caller(botScope: "realtime:read")) { request in
      let caller = try request.caller
      guard let workspaceID = request.queryValue("workspace_id"), !workspaceID.isEmpty else {
        throw StoreError.invalid("workspace_id is missing")
      }
      // Unlike a socket, which must not miss anything, a pull takes any cursor as a position.
      let cursor = request.queryValue("after_cursor") ?? ""
      let limit = request.limit(default: eventsPageDefault, max: eventsPageMax)
      let wantsTail = request.queryValue("include_tail") == "true"
      let (events, tail) = try await request.services.store.read { db in
        let membership = try Access.member(caller, of: workspaceID, db)
        let viewer = EventViewer(workspaceID: workspaceID, userID: caller.userID, role: membership.role)
        return (
          try Events.visible(to: viewer, after: cursor, limit: limit, db),
          wantsTail ? try Events.tail(visibleTo: viewer, db) : nil
        )
      }
      return .json(capacity: 256 + events.count * 320) { json in
        json.field("events", events)
        json.field("tail_cursor", ifPresent: tail)
      }
    },
  ]

  private static let eventsPageDefault = 200
  private static let eventsPageMax = 500
}
