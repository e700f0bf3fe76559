import Storage

extension API {
  /// Events that are sent to apps.
  static let eventSubscriptions: [Endpoint] = [
    Endpoint(
      .get, "/api/workspaces/{workspace_id}/event-subscriptions", "listEventSubscriptions", access: .people
    ) { request in
      let caller = try request.caller
      let workspaceID = request.parameter("workspace_id")
      let subscriptions = try await request.read {
        try EventSubscriptions.list(caller, in: workspaceID, $0)
      }
      return .json { $0.field("event_subscriptions", subscriptions) }
    },
    Endpoint(
      .post, "/api/workspaces/{workspace_id}/event-subscriptions", "createEventSubscription", access: .people
    ) { request in
      let caller = try request.caller
      let workspaceID = request.parameter("workspace_id")
      let draft: EventSubscriptions.Draft = try request.decode()
      let subscription = try await request.services.store.write {
        try EventSubscriptions.create(caller, in: workspaceID, draft, $0)
      }
      request.services.dispatcher.subscriptionsChanged()
      return .json(201) { $0.field("event_subscription", subscription.withSecret) }
    },
    Endpoint(
      .post, "/api/event-subscriptions/{subscription_id}/revoke", "revokeEventSubscription", access: .people
    ) { request in
      let caller = try request.caller
      let id = request.parameter("subscription_id")
      let subscription = try await request.services.store.write { try EventSubscriptions.revoke(caller, id, $0) }
      return .json { $0.field("event_subscription", subscription) }
    },
    Endpoint(
      .post, "/api/event-subscriptions/{subscription_id}/rotate-secret", "rotateEventSubscriptionSecret",
      access: .people
    ) { request in
      let caller = try request.caller
      let id = request.parameter("subscription_id")
      let subscription = try await request.services.store.write { try EventSubscriptions.rotateSecret(caller, id, $0) }
      return .json { $0.field("event_subscription", subscription.withSecret) }
    },
    Endpoint(
      .get, "/api/event-subscriptions/{subscription_id}/deliveries", "listEventDeliveryAttempts", access: .people
    ) { request in
      let caller = try request.caller
      let id = request.parameter("subscription_id")
      let before = MessageText.optional(request.queryValue("before"))
      let wanted = request.queryValue("limit").flatMap { Int($0) } ?? 0
      let limit = wanted > 0 ? min(wanted, DeliveryAttempts.pageMax) : DeliveryAttempts.pageDefault
      let page = try await request.read {
        try DeliveryAttempts.list(caller, of: id, before: before, limit: limit, $0)
      }
      return .json { json in
        json.field("deliveries", page.attempts)
        json.key("next_cursor")
        if let cursor = page.nextCursor { json.string(cursor) } else { json.null() }
      }
    },
  ]
}
