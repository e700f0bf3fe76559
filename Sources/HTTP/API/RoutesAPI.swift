import Storage

extension API {
  /// Public routes.
  static let routes: [Endpoint] = [
    Endpoint(
      .get, "/api/routes/{workspace_route_id}/{target_route_id}", "resolveRoute",
      access: .caller(botScope: "channels:read")
    ) { request in
      let caller = try request.caller
      let workspace = request.parameter("workspace_route_id")
      let target = request.parameter("target_route_id")
      let store = request.services.store
      var resolution = try await request.read { db in try Routes.resolve(workspace, target, for: caller, db) }
      if case .unnamed(let message) = resolution {
        resolution = try await store.write { tx in
          try Routes.assignRoute(to: message, tx)
          return try Routes.resolve(workspace, target, for: caller, tx.db)
        }
      }
      guard case .target(let route) = resolution else { throw StoreError.notFound("route") }
      return .json { $0.field("route", route) }
    }
  ]
}
