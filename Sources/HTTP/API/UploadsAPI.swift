import Storage

extension API {
  /// Uploads: sending a file, finding it by nonce, reading it, attaching it.
  static let uploads: [Endpoint] = [
    Endpoint(
      .post, "/api/uploads", "createUpload", access: .caller(botScope: "uploads:write"),
      // What counts is the configured size, which `UploadReception` enforces.
      body: .streamed(bytesMax: Int.max)
    ) { request in
      try await UploadReception.receive(request)
    },

    Endpoint(
      .get, "/api/uploads/by-nonce", "getUploadByNonce", access: .caller(botScope: "uploads:write")
    ) { request in
      try await uploadNonceAware {
        let caller = try request.caller
        guard let workspaceID = MessageText.optional(request.queryValue("workspace_id")) else {
          throw StoreError.invalid("workspace_id is missing")
        }
        guard let nonce = try MessageText.nonce(request.queryValue("nonce")) else {
          throw StoreError.invalid("nonce is missing")
        }
        let upload = try await request.read { db in
          try Uploads.byNonce(caller, in: workspaceID, nonce: nonce, db)
        }
        return .json { $0.field("upload", upload) }
      }
    },

    Endpoint(
      .get, "/api/uploads/{upload_id}", "getUpload", access: .caller(botScope: "messages:read")
    ) { request in
      let caller = try request.caller
      let id = request.parameter("upload_id")
      let upload = try await request.read { db in try Uploads.readable(caller, id, db) }
      return try await UploadDelivery(upload, report: request.services.settings.report).response(
        to: request.head, from: request.services.blobs
      ) {
        () throws(StoreError) in
        try DownloadPlace(of: caller.userID, in: request.services.downloadsInFlight)
      }
    },

    Endpoint(
      .post, "/api/messages/{message_id}/attachments", "attachUpload", access: .caller(botScope: "uploads:write")
    ) { request in
      let caller = try request.caller
      let messageID = request.parameter("message_id")
      let body: NewAttachment = try request.decode()
      guard let uploadID = MessageText.optional(body.uploadID) else { throw StoreError.invalid("upload_id is missing") }
      try await request.services.store.write { tx in
        _ = try Attachments.attach(caller, uploadID, to: messageID, tx)
      }
      return .json { $0.field("ok", true) }
    },
  ]

  /// Clients learn from this header, on refusals too, that the server knows the operation.
  private static func uploadNonceAware(_ body: () async throws -> APIResponse) async throws -> APIResponse {
    let response: APIResponse
    do {
      response = try await body()
    } catch let error as StoreError {
      response = .error(ErrorMiddleware.status(of: error.kind), error.message)
    }
    return response.with(header: "X-ClickClack-Upload-Nonce", "supported")
  }
}

private struct NewAttachment: Decodable {
  let uploadID: String?

  private enum CodingKeys: String, CodingKey {
    case uploadID = "upload_id"
  }
}
