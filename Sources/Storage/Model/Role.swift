/// A member's role in a workspace.
public enum Role: String, Sendable, CaseIterable, Codable {
  /// Owns the workspace; exactly one per workspace.
  case owner
  /// May moderate members and manage bots.
  case moderator
  /// An ordinary member.
  case member
  /// A bot.
  case bot
  /// Waits in the guests' channel.
  case guest
}
