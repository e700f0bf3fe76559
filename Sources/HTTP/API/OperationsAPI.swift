import Storage

extension API {
  /// What operators and their monitoring ask.
  static let operations: [Endpoint] = [
    Endpoint(.get, "/healthz", "getHealth", access: .anyone) { _ in
      .json { $0.field("status", "ok") }
    },
    Endpoint(.get, "/readyz", "getReadiness", access: .anyone) { request in
      do {
        _ = try await request.read { db in try Events.lastCursor(db) }
      } catch {
        request.services.settings.report("not ready: \(error)")
        return .json(503) { $0.field("status", "unavailable") }
      }
      guard request.services.settings.keepsWrites() else { return .json(503) { $0.field("status", "unavailable") } }
      return .json { $0.field("status", "ready") }
    },
    Endpoint(.get, "/metrics", "getMetrics", access: .anyone) { request in
      let settings = request.services.settings
      guard settings.metricsEnabled else { return .error(404, "metrics are not enabled") }
      return APIResponse(
        status: 200, contentType: "text/plain; version=0.0.4; charset=utf-8", body: settings.renderMetrics())
    },
  ]
}
