import Storage

/// What an app answers to a slash command.
struct SlashAnswer {
  /// The answer is posted for everyone.
  static let inChannel = "in_channel"
  /// The answer is for the one who typed the command.
  static let ephemeral = "ephemeral"

  /// How the answer is shown. Anything unknown is shown to the one person only.
  let type: String
  /// The answer, trimmed.
  let text: String

  private struct Body: Decodable {
    let response_type: String?
    let text: String?
  }

  /// Reads an answer; nil when it is no JSON object of that form.
  init?(_ bytes: [UInt8]) {
    let body: Body
    do {
      body = try JSONText.decode(Body.self, from: bytes)
    } catch {
      return nil
    }
    let type = PlainText.trimmed(body.response_type ?? "")
    self.type = type.isEmpty || type == Self.inChannel ? Self.inChannel : Self.ephemeral
    text = PlainText.trimmed(body.text ?? "")
  }

  /// Whether there is something to post.
  var isPosted: Bool { type == Self.inChannel && !text.isEmpty }
}
