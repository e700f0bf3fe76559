import Storage

extension API {
  /// What administrators of the server see and do: how it fares, and its background jobs.
  static let serverAdministration: [Endpoint] = [
    Endpoint(.get, "/api/admin/status", "getServerStatus", access: .people) { request in
      let caller = try request.caller
      let stored = try await request.read(mayTakeLong: true) { db in
        try Administrators.require(caller, db)
        return try ServerFigures.Stored.read(db)
      }
      let figures = try await request.services.settings.serverFigures()
      return .json { figures.write(stored, at: .now(), to: &$0) }
    },

    Endpoint(.get, "/api/admin/jobs", "listJobs", access: .people) { request in
      let caller = try request.caller
      let state = try request.queryValue("state").map { text throws(StoreError) in
        guard let state = Job.State(rawValue: text) else { throw .invalid("the state is unknown") }
        return state
      }
      let limit = request.limit(default: 50, max: Jobs.listMax)
      let jobs = try await request.read { db in
        try Administrators.require(caller, db)
        return try Jobs.list(in: state, limit: limit, db)
      }
      return .json { $0.field("jobs", jobs) }
    },

    Endpoint(.post, "/api/admin/jobs/{job_id}/retry", "retryJob", access: .people) { request in
      try await changeJob(request) { try Jobs.retry($0, $1) }
    },

    Endpoint(.post, "/api/admin/jobs/{job_id}/discard", "discardJob", access: .people) { request in
      try await changeJob(request) { try Jobs.discard($0, $1) }
    },
  ]

  private static func changeJob(
    _ request: APIRequest, _ change: @escaping @Sendable (JobID, Transaction) throws -> Job
  ) async throws -> APIResponse {
    let caller = try request.caller
    let id = request.parameter("job_id")
    let job = try await request.services.store.write { tx in
      try Administrators.require(caller, tx.db)
      return try change(id, tx)
    }
    return .json { $0.field("job", job) }
  }
}
