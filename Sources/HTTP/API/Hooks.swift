import Actors
import Storage

extension API {
  private struct WebhookText: Decodable {
    let text: String?
  }

  /// What scripts made for other chat servers call, and slash commands.
  static let hooks: [Endpoint] = [
    Endpoint(
      .post, "/api/hooks/mattermost/{channel_id}", "mattermostIncomingWebhook",
      access: .caller(botScope: "messages:write")
    ) { request in
      let caller = try request.caller
      let channelID = request.parameter("channel_id")
      let posted: WebhookText = try request.decode()
      let draft = try MessageDraft(body: posted.text, by: caller)
      let correlationID = request.correlationID
      let created = try await request.services.store.write { tx in
        try Messages.create(caller, in: channelID, draft, correlationID: correlationID, tx)
      }
      return .created(created)
    },
    Endpoint(
      .post, "/api/hooks/slash/{channel_id}", "slashCommand", access: .caller(botScope: "messages:write")
    ) { request in
      let typed = try TypedCommand(request)
      let caller = try request.caller
      let channelID = request.parameter("channel_id")
      let correlationID = request.correlationID
      let start = try await request.services.store.write { tx in
        try SlashInvocations.start(
          caller, in: channelID, command: typed.command, text: typed.text, correlationID: correlationID, tx)
      }
      switch start {
      case .posted(let created):
        return .json(201, capacity: 1_536) { json in
          json.field("event", ifPresent: created.event)
          json.field("message", created.message)
          json.field("response_type", SlashAnswer.inChannel)
          json.field("text", SlashInvocations.typed(typed.command, typed.text))
        }
      case .registered(let invocation):
        return try await answer(to: invocation, request)
      }
    },
  ]

  /// Calls the app and does what it says. Whatever goes wrong with the app is 502; the log of invocations has the cause.
  private static func answer(to invocation: SlashInvocation, _ request: APIRequest) async throws -> APIResponse {
    let store = request.services.store
    guard let outcome = await call(invocation, request.services) else {
      throw StoreError(.unavailable, "the server is stopping")
    }
    let answer = outcome.isSuccess ? SlashAnswer(outcome.body) : nil
    let error = answer == nil && outcome.isSuccess ? "the app's answer is not the JSON expected" : outcome.error
    try await store.write { tx in
      try SlashInvocations.record(invocation, status: outcome.status, body: outcome.body, error: error, tx)
    }
    guard let answer else { return .error(502, "the command failed: \(error)") }
    var created: Messages.Created?
    if answer.isPosted {
      let correlationID = request.correlationID
      do {
        created = try await store.write { tx in
          try SlashInvocations.post(answer.text, answering: invocation, correlationID: correlationID, tx)
        }
      } catch let refusal as StoreError where refusal.kind != .unavailable {
        return .error(502, "the command's bot can't answer here: \(refusal.message)")
      }
    }
    return .json(capacity: 2_048) { json in
      json.field("event", ifPresent: created?.event)
      json.field("invocation", invocation)
      json.field("message", ifPresent: created?.message)
      json.field("response_type", answer.type)
      json.field("text", answer.text)
    }
  }

  private static func call(_ invocation: SlashInvocation, _ services: Services) async -> CallbackSender.Outcome? {
    let limit = services.slashCallsInFlight
    let keys = [invocation.userID, invocation.command.id]
    let entered = keys.prefix { limit.enter($0) == .admitted }
    defer { for key in entered { limit.leave(key) } }
    guard entered.count == keys.count else {
      return CallbackSender.Outcome(status: 0, error: "too many calls are under way; try again in a moment")
    }
    return await services.callbacks.send(
      invocation.callbackBody, to: invocation.command.callbackURL, secret: invocation.command.signingSecret)
  }
}

/// What somebody typed, from a form or the query; the form counts where both name it.
private struct TypedCommand {
  let command: String
  let text: String

  init(_ request: APIRequest) throws {
    let isForm =
      request.header("content-type").flatMap { MediaType(parsing: $0) }?.essence == "application/x-www-form-urlencoded"
    let form = isForm ? try URLEncodedParameters(parsing: request.body) : URLEncodedParameters()
    func value(_ name: String) -> String { PlainText.trimmed(form[name] ?? request.queryValue(name) ?? "") }
    command = value("command")
    text = value("text")
    guard !command.isEmpty || !text.isEmpty else { throw StoreError.invalid("command and text are empty") }
  }
}
