import Storage

/// Takes in one upload while it arrives: form fields and the file, which goes piece by piece to the blob store.
///
/// The row is written after the bytes are durable. Whoever goes away or breaks a rule leaves nothing behind.
struct UploadReception {
  /// Room for fields and delimiters besides the file, in bytes.
  private static let formBytesMax = 64 << 10
  /// Bytes of the file that are gathered before they are written.
  private static let writeBytes = 256 << 10

  private let request: APIRequest
  private let caller: Caller
  private let nonce: String?
  private let bytesMax: Int
  /// Where it goes; known from the query, or once the form has named it.
  private var workspaceID: WorkspaceID?
  private var form = UploadForm()
  private var receivedBytes = 0

  /// The file of the form.
  private struct File {
    let part: MultipartPart
    let sink: any BlobSink
    var dimensions = ImageDimensions()
    var pending: [UInt8] = []
    var byteSize = 0
  }
  private var file: File?
  /// Bytes that are reserved for the file.
  private var reservedBytes: Int64 = 0
  /// Whether the part that arrives is the file.
  private var isInFile = false

  /// Answers a request: 201 with the upload, or 200 with the one that was made with the same nonce.
  /// - Throws: `StoreError`, `HTTPParseError`, `SQLError`, `FileError`, `CancellationError` when the client is gone.
  static func receive(_ request: APIRequest) async throws -> APIResponse {
    let caller = try request.caller
    let workspaceID = MessageText.optional(request.queryValue("workspace_id"))
    let nonce = try MessageText.nonce(request.queryValue("nonce"))
    guard nonce == nil || workspaceID != nil else {
      throw StoreError.invalid("with a nonce, workspace_id must be in the query")
    }
    var reception = UploadReception(request, caller, workspaceID, nonce)
    if let workspaceID, let earlier = try await reception.begin(in: workspaceID) { return response(200, earlier) }
    try request.services.uploadsInFlight.admit(caller.userID, what: "uploads")
    defer {
      request.services.uploadsInFlight.leave(caller.userID)
      reception.releaseRoom()
    }
    do {
      let created = try await reception.run()
      return response(created.isNew ? 201 : 200, created.upload)
    } catch {
      await reception.file?.sink.discard()
      throw error
    }
  }

  private init(_ request: APIRequest, _ caller: Caller, _ workspaceID: WorkspaceID?, _ nonce: String?) {
    self.request = request
    self.caller = caller
    self.workspaceID = workspaceID
    self.nonce = nonce
    bytesMax = request.services.settings.uploadBytesMax
  }

  private static func response(_ status: Int, _ upload: Upload) -> APIResponse {
    .json(status) { $0.field("upload", upload) }
  }

  private var tooLarge: StoreError { StoreError(.tooLarge, "the upload is larger than \(bytesMax) bytes") }

  /// Whether the caller may upload there, and what they uploaded before with the nonce.
  private func begin(in workspaceID: WorkspaceID) async throws -> Upload? {
    let caller = caller
    let nonce = nonce
    return try await request.read { db in
      try Uploads.begin(caller, in: workspaceID, nonce: nonce, at: .now(), db)
    }
  }

  private mutating func run() async throws -> Uploads.Created {
    if let declaredBytes, declaredBytes > bytesMax + Self.formBytesMax { throw tooLarge }
    var parser = try MultipartParser(contentType: request.header("content-type"))
    while let piece = try await request.stream?.next() {
      receivedBytes += piece.count
      guard receivedBytes <= bytesMax + Self.formBytesMax else { throw tooLarge }
      var input = piece[...]
      while let event = try parser.next(&input) { try await take(event) }
    }
    try parser.finish()
    return try await finish()
  }

  /// The size of the whole form, if the client told.
  private var declaredBytes: Int? { request.header("content-length").flatMap(Int.init) }

  private mutating func take(_ event: MultipartParser.Event) async throws {
    switch event {
    case .part(let part):
      isInFile = part.name == "file" && part.filename?.isEmpty == false
      if isInFile { try await beginFile(part) } else { try form.begin(part) }
    case .data(let bytes):
      if isInFile { try await appendToFile(bytes) } else { try form.append(bytes) }
    case .partEnd:
      if isInFile { try await flush() }
    case .end: break
    }
  }

  private mutating func beginFile(_ part: MultipartPart) async throws {
    guard file == nil else { throw StoreError.invalid("the form has two files") }
    try requireOneWorkspace()
    if workspaceID == nil, let named = form.workspaceID {
      workspaceID = named
      _ = try await begin(in: named)
    }
    guard workspaceID != nil else { throw StoreError.invalid("workspace_id must come before the file") }
    // The file may be smaller than the form around it, never larger; the rest is reserved as it arrives.
    try await reserveRoom(max(0, Int64(declaredBytes ?? 0) - Int64(Self.formBytesMax)))
    file = File(part: part, sink: try await request.services.blobs.create())
  }

  private func requireOneWorkspace() throws(StoreError) {
    guard let workspaceID, let named = form.workspaceID, named != workspaceID else { return }
    throw .invalid("the query and the form name different workspaces")
  }

  private mutating func appendToFile(_ bytes: ArraySlice<UInt8>) async throws {
    file?.byteSize += bytes.count
    guard let size = file?.byteSize, size <= bytesMax else { throw tooLarge }
    file?.dimensions.consume(bytes)
    file?.pending += bytes
    if let pending = file?.pending.count, pending >= Self.writeBytes { try await flush() }
  }

  private mutating func flush() async throws {
    guard let file, !file.pending.isEmpty else { return }
    self.file?.pending = []
    try await reserveRoom(Int64(file.byteSize))
    try await file.sink.write(file.pending)
  }

  /// Makes sure that as many bytes are reserved, and that there is room for all that is.
  private mutating func reserveRoom(_ bytes: Int64) async throws {
    let quota = request.services.settings.uploadQuota
    guard !quota.isUnlimited, bytes > reservedBytes || reservedBytes == 0, let workspaceID else { return }
    let owner = caller.userID
    let added = max(0, bytes - reservedBytes)
    let totals = request.services.uploadReservations.reserve(added, of: owner, in: workspaceID)
    reservedBytes += added
    try await request.read { db in
      try quota.require(
        userBytes: totals.userBytes, of: owner, workspaceBytes: totals.workspaceBytes, in: workspaceID, db)
    }
  }

  private mutating func releaseRoom() {
    guard reservedBytes > 0, let workspaceID else { return }
    request.services.uploadReservations.release(reservedBytes, of: caller.userID, in: workspaceID)
    reservedBytes = 0
  }

  private mutating func finish() async throws -> Uploads.Created {
    guard let file, let workspaceID else { throw StoreError.invalid("the form has no file") }
    // Fields may also follow the file.
    try requireOneWorkspace()
    let blob = try await file.sink.finish()
    var draft = UploadDraft(
      blob: blob, byteSize: Int64(file.byteSize), filename: file.part.filename ?? "",
      contentType: UploadDelivery.storedType(file.part.contentType))
    draft.nonce = nonce
    draft.durationMilliseconds = form.durationMilliseconds
    draft.width = form.width
    draft.height = form.height
    if draft.width == 0, draft.height == 0, let size = file.dimensions.size {
      draft.width = size.width
      draft.height = size.height
    }
    return try await commit(draft, in: workspaceID)
  }

  private func commit(_ draft: UploadDraft, in workspaceID: WorkspaceID) async throws -> Uploads.Created {
    let caller = caller
    let quota = request.services.settings.uploadQuota
    let created: Uploads.Created
    do {
      created = try await request.services.store.write { tx in
        try Uploads.create(caller, in: workspaceID, draft, within: quota, tx)
      }
    } catch let error as StoreError where error.kind != .unavailable {
      // Refused, so there is certainly no row. After any other error there may be one: the next start looks.
      await removeBlob(draft.blob)
      throw error
    }
    if !created.isNew { await removeBlob(draft.blob) }
    return created
  }

  /// What the client is told doesn't depend on it: the clean-up removes what is left here.
  private func removeBlob(_ key: String) async {
    do {
      try await request.services.blobs.remove(key)
    } catch {
      request.services.settings.report("can't remove the file of an upload that was not needed, trying later: \(error)")
    }
  }
}
