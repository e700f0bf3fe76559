/// What a public route leads to: a channel, a direct conversation or a thread.
public struct RouteTarget: Sendable, Equatable, JSONWritable {
  /// The kinds of place.
  public enum Kind: String, Sendable {
    case channel
    case direct
    case thread
  }

  /// The channel or direct conversation of a thread.
  public struct Parent: Sendable, Equatable {
    let kind: Kind
    let id: String
    let routeID: String
  }

  /// The workspace.
  public let workspaceID: WorkspaceID
  /// The public name of the workspace.
  public let workspaceRouteID: String
  /// What it is.
  public let kind: Kind
  /// Its identifier.
  public let id: String
  /// Its public name.
  public let routeID: String
  /// Where a thread hangs.
  public let parent: Parent?

  /// Writes the contract's RouteTarget object.
  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("workspace_id", workspaceID)
      json.field("workspace_route_id", workspaceRouteID)
      json.field("target_type", kind.rawValue)
      json.field("target_id", id)
      json.field("target_route_id", routeID)
      json.field("parent_type", ifPresent: parent?.kind.rawValue)
      json.field("parent_id", ifPresent: parent?.id)
      json.field("parent_route_id", ifPresent: parent?.routeID)
      json.field("canonical_path", "/app/\(workspaceRouteID)/\(routeID)")
    }
  }
}

/// Resolves public routes (`/app/T.../C...`) and the older ones made of identifiers.
public enum Routes {
  /// What a route leads to, or who must act first.
  public enum Resolution: Sendable, Equatable {
    /// The place.
    case target(RouteTarget)
    /// A message that has no public name yet: `assignRoute` gives it one.
    case unnamed(MessageID)
  }

  /// Resolves a route for a caller.
  /// - Parameters:
  ///   - workspace: `T...` or `wsp_...`.
  ///   - target: `C...`, `D...`, `M...` or an identifier of a channel, a direct conversation or a thread's root.
  /// - Throws: `StoreError.notFound` for everything the caller may not see, `.forbidden` for bot tokens of another
  ///   workspace or without the scope for direct conversations; `SQLError`.
  public static func resolve(
    _ workspace: String, _ target: String, for caller: Caller, _ db: any SQLConnection
  ) throws -> Resolution {
    let column = workspace.hasPrefix("wsp_") ? "id" : "route_id"
    let found = try db.first("SELECT id, route_id FROM workspaces WHERE \(column) = ?1", [.text(workspace)]) {
      (id: $0.text(0), routeID: $0.text(1))
    }
    guard let found else { throw StoreError.notFound("route") }
    do {
      _ = try Access.member(caller, of: found.id, db)
      let place = Place(workspaceID: found.id, workspaceRouteID: found.routeID)
      if target.hasPrefix("chn_") { return try place.channel("id", target, caller, db) }
      if target.hasPrefix("dm_") { return try place.direct("id", target, caller, db) }
      if target.hasPrefix("msg_") { return try place.thread("id", target, caller, db) }
      switch target.utf8.first {
      case UInt8(ascii: "C"): return try place.channel("route_id", target, caller, db)
      case UInt8(ascii: "D"): return try place.direct("route_id", target, caller, db)
      case UInt8(ascii: "M"): return try place.thread("route_id", target, caller, db)
      default: throw StoreError.notFound("route")
      }
    } catch let error as StoreError where error.kind == .notFound {
      throw StoreError.notFound("route")
    }
  }

  /// Gives a message its public name if it has none.
  /// - Throws: `SQLError`.
  public static func assignRoute(to message: MessageID, _ tx: Transaction) throws {
    try tx.db.execute(
      "UPDATE messages SET route_id = ?1 WHERE id = ?2 AND route_id IS NULL",
      [.text(tx.ids.routeID("M")), .text(message)])
  }

  private struct Place {
    let workspaceID: WorkspaceID
    let workspaceRouteID: String

    func target(_ kind: RouteTarget.Kind, _ id: String, _ routeID: String, parent: RouteTarget.Parent? = nil)
      -> Resolution
    {
      .target(
        RouteTarget(
          workspaceID: workspaceID, workspaceRouteID: workspaceRouteID, kind: kind, id: id, routeID: routeID,
          parent: parent))
    }

    func channel(_ column: String, _ value: String, _ caller: Caller, _ db: any SQLConnection) throws -> Resolution {
      let found = try find("channels", column, value, db)
      _ = try Access.channel(caller, found.id, db)
      return target(.channel, found.id, found.routeID)
    }

    func direct(_ column: String, _ value: String, _ caller: Caller, _ db: any SQLConnection) throws -> Resolution {
      try caller.require(scope: "dms:read")
      let found = try find("direct_conversations", column, value, db)
      _ = try Access.directConversation(caller, found.id, db)
      return target(.direct, found.id, found.routeID)
    }

    func thread(_ column: String, _ value: String, _ caller: Caller, _ db: any SQLConnection) throws -> Resolution {
      let message = try db.first(
        """
        SELECT m.id, m.route_id, m.channel_id, c.route_id, m.direct_conversation_id, d.route_id
        FROM messages m
        LEFT JOIN channels c ON c.id = m.channel_id
        LEFT JOIN direct_conversations d ON d.id = m.direct_conversation_id
        WHERE m.\(column) = ?1 AND m.workspace_id = ?2 AND m.parent_message_id IS NULL
        """, [.text(value), .text(workspaceID)]
      ) { row in
        (
          id: row.text(0), routeID: row.optionalText(1), channelID: row.optionalText(2), channelRoute: row.text(3),
          directID: row.text(4), directRoute: row.text(5)
        )
      }
      guard let message else { throw StoreError.notFound("route") }
      let parent: RouteTarget.Parent
      if let channelID = message.channelID {
        _ = try Access.channel(caller, channelID, db)
        parent = RouteTarget.Parent(kind: .channel, id: channelID, routeID: message.channelRoute)
      } else {
        try caller.require(scope: "dms:read")
        _ = try Access.directConversation(caller, message.directID, db)
        parent = RouteTarget.Parent(kind: .direct, id: message.directID, routeID: message.directRoute)
      }
      guard let routeID = message.routeID else { return .unnamed(message.id) }
      return target(.thread, message.id, routeID, parent: parent)
    }

    private func find(
      _ table: String, _ column: String, _ value: String, _ db: any SQLConnection
    ) throws -> (id: String, routeID: String) {
      let found = try db.first(
        "SELECT id, route_id FROM \(table) WHERE \(column) = ?1 AND workspace_id = ?2",
        [.text(value), .text(workspaceID)]
      ) { (id: $0.text(0), routeID: $0.text(1)) }
      guard let found else { throw StoreError.notFound("route") }
      return found
    }
  }
}
