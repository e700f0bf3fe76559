/// The channels of a workspace that are not for every member, as live delivery keeps them in memory: the waiting room,
/// and who belongs to each private channel.
public struct RestrictedChannels: Sendable, Equatable {
  /// The only channel that guests may see, if there is one.
  public var guestChannelID: ChannelID?
  /// The members of each private channel that has any.
  public var members: [ChannelID: Set<UserID>]

  /// Gathers the parts.
  public init(guestChannelID: ChannelID? = nil, members: [ChannelID: Set<UserID>] = [:]) {
    self.guestChannelID = guestChannelID
    self.members = members
  }

  /// Whether a user belongs to a private channel.
  func hasMember(_ userID: UserID, in channelID: ChannelID?) -> Bool {
    guard let channelID else { return false }
    return members[channelID]?.contains(userID) ?? false
  }
}
