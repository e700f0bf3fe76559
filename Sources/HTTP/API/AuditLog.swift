import Storage

extension API {
  /// Reading the audit log.
  static let auditLog: [Endpoint] = [
    Endpoint(.get, "/api/workspaces/{workspace_id}/audit-log", "listAuditLogEntries", access: .people) { request in
      let caller = try request.caller
      let id = request.parameter("workspace_id")
      let limit = request.limit(default: AuditLog.pageDefault, max: AuditLog.pageMax)
      let entries = try await request.read { try AuditLog.list(caller, in: id, limit: limit, $0) }
      return .json { $0.field("audit_log_entries", entries) }
    }
  ]
}
