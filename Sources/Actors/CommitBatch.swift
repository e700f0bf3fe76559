import Storage

/// What one group commit changed, in commit order: events to publish and facts that memory must take over first.
///
/// The facts are read by the writer on its own connection right after the commit, so no one acts on a stale one: a
/// member who was demoted in this commit sees none of its events that the new role hides.
public struct CommitBatch: Sendable {
  /// A member's standing after the commit.
  public struct MembershipFact: Sendable, Equatable {
    /// Where.
    public let workspaceID: WorkspaceID
    /// Who.
    public let userID: UserID
    /// The role; nil when the user no longer belongs to the workspace, or it is gone.
    public let role: Role?
  }

  /// The credentials of a user after the commit.
  public struct CredentialFact: Sendable, Equatable {
    /// Whose.
    public let userID: UserID
    /// The sessions and tokens that are valid, by identifier.
    public let valid: Set<String>
  }

  /// Who may see a channel, after the commit.
  public struct ChannelFact: Sendable, Equatable {
    /// Where.
    public let workspaceID: WorkspaceID
    /// The channel.
    public let channelID: ChannelID
    /// Its members, if it is private; nobody otherwise.
    public let members: Set<UserID>
    /// The channel in which the workspace's guests wait, if there is one.
    public let guestChannelID: ChannelID?
  }

  /// Events in cursor order.
  public var events: [Event] = []
  /// Everything that was invalidated, without repeats.
  public var invalidations: [Invalidation] = []
  /// The standing of the members that were invalidated.
  public var memberships: [MembershipFact] = []
  /// The credentials of the users whose credentials were invalidated.
  public var credentials: [CredentialFact] = []
  /// Who may see the channels that were invalidated.
  public var channels: [ChannelFact] = []

  /// Whether jobs were added, or are due at other times.
  public var changedJobs = false

  /// Whether there are messages that the full-text index does not have yet.
  var wroteMessages = false

  /// Adds what a transaction caused.
  mutating func add(_ transaction: Transaction) {
    wroteMessages = wroteMessages || transaction.wroteMessages
    changedJobs = changedJobs || transaction.changedJobs
    events.append(contentsOf: transaction.events)
    for invalidation in transaction.invalidations where !invalidations.contains(invalidation) {
      invalidations.append(invalidation)
    }
  }

  /// Reads the facts behind the invalidations.
  mutating func resolve(_ db: any SQLConnection) throws {
    for invalidation in invalidations {
      switch invalidation {
      case .membership(let workspaceID, let userID):
        let role = try Memberships.activeRole(of: userID, in: workspaceID, db)
        memberships.append(MembershipFact(workspaceID: workspaceID, userID: userID, role: role))
      case .channel(let workspaceID, let channelID):
        channels.append(
          ChannelFact(
            workspaceID: workspaceID, channelID: channelID, members: try ChannelMembers.ids(of: channelID, db),
            guestChannelID: try Memberships.guestChannel(of: workspaceID, db)))
      case .credentials(let userID):
        let valid = try Credentials.valid(of: userID, now: .now(), db)
        credentials.append(CredentialFact(userID: userID, valid: valid))
      case .user, .workspace: break
      }
    }
  }
}

/// Learns of every commit, on the writer's thread, before anyone is told that their write succeeded.
public protocol CommitObserver: Sendable {
  /// This process committed.
  func committed(_ batch: CommitBatch)
  /// Another process changed the database in unknown ways: everything remembered is to be forgotten.
  func changedByAnotherProcess()
}
