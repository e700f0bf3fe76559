import Storage

/// `clickclack upload`: sends files and, if asked to, shows them in a message.
enum UploadCommand {
  private static let filesMax = 32

  static let declaration = CommandDeclaration(
    name: "upload", summary: "Send files, and attach them to a message.",
    discussion: "Prints id, size and name of each. With --text a new message in the channel shows the files, with "
      + "--message one of yours does. Otherwise nobody else sees them until they are attached.",
    options: SettingOptions.client.declarations + [.plain] + [
      OptionDeclaration(name: "text", valueName: "text", help: "Post a message with this text and the files."),
      OptionDeclaration(name: "message", valueName: "message-id", help: "Attach the files to this message of yours."),
      OptionDeclaration(name: "name", valueName: "text", help: "Call the file so; one file only."),
      OptionDeclaration(name: "type", valueName: "media-type", help: "Media type, instead of what the name suggests."),
      OptionDeclaration(
        name: "nonce", valueName: "text", help: "Makes sending repeatable: the server keeps one message per nonce."),
    ],
    positionals: [
      PositionalDeclaration(name: "file", help: "A file, or '-' for standard input.", values: .files),
      PositionalDeclaration(name: "more", help: "More files.", count: .any, values: .files),
    ],
    action: { arguments, context in
      let paths = [try arguments.requiredPositional("file")] + (arguments.positionals["more"] ?? [])
      try check(arguments, paths)
      let session = try ClientSession(arguments, context)
      let (workspace, channel) = try place(arguments, session)
      let nonce = arguments.string("nonce")
      var uploads: [JSONValue] = []
      for (index, path) in paths.enumerated() {
        let fileNonce = nonce.map { "\($0):\(index + 1)" }
        uploads.append(try send(path, to: workspace, nonce: fileNonce, arguments, session))
      }
      var message = arguments.string("message") ?? ""
      var document: [String: JSONValue] = ["uploads": .array(uploads)]
      if let text = arguments.string("text") {
        var body: [String: JSONValue] = ["body": .string(text)]
        if let nonce { body["nonce"] = .string(nonce) }
        let sent = try session.client.post("channels", channel.text("id"), "messages", body: body)["message"] ?? .null
        message = sent.text("id")
        document["message"] = sent
      }
      if !message.isEmpty {
        for upload in uploads {
          _ = try session.client.post(
            "messages", message, "attachments", body: ["upload_id": .string(upload.text("id"))])
        }
      }
      try session.printList(uploads, document: .object(document)) { upload in
        [upload.text("id"), "\(upload["byte_size"]?.integer ?? 0)", upload.text("filename"), message]
          .filter { !$0.isEmpty }
      }
    })

  private static func check(_ arguments: ParsedArguments, _ paths: [String]) throws(UsageError) {
    func require(_ holds: Bool, _ complaint: String) throws(UsageError) {
      guard holds else { throw UsageError(complaint, path: arguments.path) }
    }
    try require(paths.count <= filesMax, "at most \(filesMax) files at a time")
    try require(paths.count(where: { $0 == "-" }) <= 1, "standard input can be sent once only")
    try require(
      arguments.string("text") == nil || arguments.string("message") == nil,
      "'--text' and '--message' exclude each other")
    try require(arguments.string("name") == nil || paths.count == 1, "'--name' is for one file")
  }

  /// An upload belongs to the workspace in which it will be shown.
  private static func place(
    _ arguments: ParsedArguments, _ session: ClientSession
  ) throws(CommandFailure) -> (workspace: String, channel: JSONValue) {
    if let message = arguments.string("message") {
      return (try session.client.get("messages", message)["message"]?.text("workspace_id") ?? "", .null)
    }
    guard arguments.string("text") != nil else { return (try session.workspace().text("id"), .null) }
    let (workspace, channel) = try session.channel()
    return (workspace.text("id"), channel)
  }

  private static func send(
    _ path: String, to workspace: String, nonce: String?, _ arguments: ParsedArguments, _ session: ClientSession
  ) throws(CommandFailure) -> JSONValue {
    let query: [(String, String?)] = [("workspace_id", workspace), ("nonce", nonce)]
    if nonce != nil, let known = try find(query, session) { return known }
    let source = try UploadSource(
      path: path, name: arguments.string("name"), contentType: arguments.string("type"),
      progress: session.context.progress)
    defer { session.context.progress?("") }
    let form = UploadForm(workspaceID: workspace, file: source)
    return try session.client.upload("uploads", query: query, form: form)["upload"] ?? .null
  }

  /// What was sent with this nonce before, so that it need not be sent again.
  private static func find(
    _ query: [(String, String?)], _ session: ClientSession
  ) throws(CommandFailure) -> JSONValue? {
    do throws(CommandFailure) {
      return try session.client.get("uploads", "by-nonce", query: query)["upload"]
    } catch  where error.exitCode == .notFound {
      return nil
    }
  }
}
