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
      // Most of a long log may be for others: it is looked through a little at a time, so that nobody waits for it.
      var events: [Event] = []
      var next: Cursor? = cursor
      while let position = next, events.count < limit {
        let wanted = limit - events.count
        let page = try await request.read { db in
          try Events.page(for: try viewer(caller, of: workspaceID, db), after: position, limit: wanted, db)
        }
        events += page.events
        next = page.end
      }
      let tail = wantsTail ? try await tail(of: workspaceID, request) : nil
      return .json(capacity: 256 + events.count * 320) { json in
        json.field("events", events)
        json.field("tail_cursor", ifPresent: tail)
      }
    },
  ]

  private static func viewer(
    _ caller: Caller, of workspaceID: WorkspaceID, _ db: any SQLConnection
  ) throws -> EventViewer {
    let membership = try Access.member(caller, of: workspaceID, db)
    return EventViewer(workspaceID: workspaceID, userID: caller.userID, role: membership.role)
  }

  /// The cursor of the last event that the caller may see; empty when there is none.
  private static func tail(of workspaceID: WorkspaceID, _ request: APIRequest) async throws -> Cursor {
    let caller = try request.caller
    var end: Cursor?
    while true {
      let before = end
      let tail = try await request.read { db in
        try Events.tail(visibleTo: try viewer(caller, of: workspaceID, db), before: before, db)
      }
      switch tail {
      case .at(let cursor): return cursor
      case .before(let cursor): end = cursor
      case .none: return ""
      }
    }
  }

  private static let eventsPageDefault = 200
  private static let eventsPageMax = 500
}
