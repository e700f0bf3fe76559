import Storage

extension API {
  /// Search.
  static let search: [Endpoint] = [
    Endpoint(.get, "/api/search", "search", access: .caller(botScope: "messages:read")) { request in
      let caller = try request.caller
      guard let workspaceID = request.queryValue("workspace_id"), !workspaceID.isEmpty else {
        throw StoreError.invalid("workspace_id is missing")
      }
      let scope = try searchScope(request)
      if case .direct = scope { try caller.require(scope: "dms:read") }
      let query = try SearchQuery(request.queryValue("q") ?? "")
      let order = try searchOrder(request)
      let limit = try searchLimit(request)
      let cursor = given(request, "cursor")
      let page = try await request.read(mayTakeLong: true) { db in
        try Search.find(
          query, in: workspaceID, scope: scope, order: order, cursor: cursor, limit: limit, for: caller, db)
      }
      return .json(capacity: 128 + page.results.count * 700) { json in
        json.field("results", page.results)
        json.key("next_cursor")
        if let next = page.nextCursor { json.string(next) } else { json.null() }
      }
    }
  ]

  private static let searchPageDefault = 50

  private static func given(_ request: APIRequest, _ name: String) -> String? {
    request.queryValue(name).flatMap { $0.isEmpty ? nil : $0 }
  }

  private static func searchScope(_ request: APIRequest) throws(StoreError) -> Search.Scope {
    switch (given(request, "channel_id"), given(request, "direct_conversation_id")) {
    case (.some, .some): throw .invalid("give a channel or a direct conversation, not both")
    case (let channel?, nil): return .channel(channel)
    case (nil, let conversation?): return .direct(conversation)
    case (nil, nil): return .workspace
    }
  }

  private static func searchOrder(_ request: APIRequest) throws(StoreError) -> Search.Order {
    guard let text = given(request, "sort") else { return .relevance }
    guard let order = Search.Order(rawValue: text) else { throw .invalid("sort must be relevance or newest") }
    return order
  }

  private static func searchLimit(_ request: APIRequest) throws(StoreError) -> Int {
    guard let text = given(request, "limit") else { return searchPageDefault }
    guard let limit = Int(text), limit > 0 else { throw .invalid("limit must be a positive number") }
    return min(limit, Search.pageMax)
  }
}
