/// What the operator does from the command line, beside a running server.
public enum Administration {
  /// Names a person on the command line.
  public enum Person: Sendable {
    /// By identifier.
    case id(UserID)
    /// By e-mail address, in any spelling.
    case email(String)
  }

  /// What adding a member did.
  public struct MemberAdded: Sendable, Equatable {
    /// The workspace.
    public let workspaceID: WorkspaceID
    /// The person.
    public let userID: UserID
    /// False when the person belonged to it already: nothing changed then, not even the role.
    public let isNew: Bool
  }

  /// Creates a person and, if a workspace is named, makes them a member of it.
  /// - Parameter workspace: An identifier, a route identifier or a slug.
  /// - Throws: `StoreError.invalid`, `.notFound`; `SQLError`.
  public static func createUser(
    name: String, email: String?, workspace: String? = nil, _ tx: Transaction
  ) throws -> User {
    let user = try Users.create(displayName: name, email: email, tx)
    if let workspace {
      _ = try join(user, try workspaceID(workspace, tx.db), as: .member, tx)
    }
    return user
  }

  /// Makes a person a member of a workspace. A member stays what they are.
  /// - Parameters:
  ///   - workspace: An identifier, a route identifier or a slug.
  ///   - role: Moderator, member or guest.
  ///   - createdBy: On whose behalf: an owner or moderator of the workspace; nil for the operator.
  /// - Throws: `StoreError.invalid`, `.notFound`, `.forbidden`, `.conflict` for an address that several people have;
  ///   `SQLError`.
  public static func addMember(
    workspace: String, person: Person, role: String = Role.member.rawValue, createdBy: UserID? = nil, _ tx: Transaction
  ) throws -> MemberAdded {
    let workspaceID = try workspaceID(workspace, tx.db)
    let role = try joinable(role, in: workspaceID, createdBy: createdBy, tx)
    if role == .guest { try WaitingRoom.ensure(in: workspaceID, tx) }
    return try join(try resolve(person, tx.db), workspaceID, as: role, tx)
  }

  /// Makes a one-time sign-in link for an address.
  /// - Returns: The secret.
  /// - Throws: `StoreError.invalid`; `SQLError`.
  public static func createMagicLink(
    email: String, displayName: String = "", lasting seconds: Int64, _ tx: Transaction
  ) throws -> String {
    try MagicLinks.create(email: email, displayName: displayName, lasting: seconds, tx).token
  }

  /// Makes a one-time link with which a person sets a new password.
  /// - Returns: The secret.
  /// - Throws: `StoreError.invalid`, `.notFound`, `.conflict` for an address that several people have; `SQLError`.
  public static func createPasswordReset(
    email: String, lasting seconds: Int64, _ tx: Transaction
  ) throws -> String {
    try PasswordResets.create(for: try resolve(.email(email), tx.db).id, lasting: seconds, tx)
  }

  /// Sets a person's password and ends all their sessions.
  /// - Parameter hash: As `Argon2id` makes it.
  /// - Throws: `StoreError.invalid`, `.notFound`, `.conflict` for an address that several people have; `SQLError`.
  public static func setPassword(email: String, hash: String, _ tx: Transaction) throws {
    try Passwords.set(hash, for: try resolve(.email(email), tx.db).id, except: nil, tx)
  }

  /// Makes a bot with a token on behalf of a member, who needs the same rights as by the API.
  /// - Parameter workspace: An identifier, a route identifier or a slug.
  /// - Throws: `StoreError.invalid`, `.notFound`, `.forbidden`, `.conflict`; `SQLError`.
  public static func createBot(
    workspace: String, createdBy: UserID, _ draft: Bots.Draft, _ tx: Transaction
  ) throws -> (bot: User, token: IssuedBotToken) {
    var draft = draft
    draft.initialToken = true
    let created = try Bots.create(
      try actor(createdBy, tx.db), in: try workspaceID(workspace, tx.db), draft, tx)
    guard let token = created.token else { throw StoreError.conflict("the bot got no token") }
    return (created.bot, token)
  }

  /// The role with which somebody may be let into a workspace.
  /// - Parameter createdBy: Who lets them in: an owner or moderator of the workspace; nil for the operator.
  /// - Throws: `StoreError.invalid`, `.notFound`, `.forbidden`; `SQLError`.
  static func joinable(
    _ role: String, in workspaceID: WorkspaceID, createdBy: UserID?, _ tx: Transaction
  ) throws -> Role {
    guard let role = Role(rawValue: role), [.moderator, .member, .guest].contains(role) else {
      throw StoreError.invalid("the role must be moderator, member or guest")
    }
    if let createdBy {
      let actor = try Access.member(try actor(createdBy, tx.db), of: workspaceID, tx.db)
      try actor.requireModerator(at: tx.now)
      if role == .moderator { try actor.requireOwner() }
    }
    return role
  }

  private static func join(
    _ user: User, _ workspaceID: WorkspaceID, as role: Role, _ tx: Transaction
  ) throws -> MemberAdded {
    MemberAdded(
      workspaceID: workspaceID, userID: user.id, isNew: try Memberships.join(user.id, workspaceID, as: role, tx))
  }

  static func resolve(_ person: Person, _ db: any SQLConnection) throws -> User {
    switch person {
    case .id(let id):
      guard let user = try Users.find(id, db), user.deletedAt == nil else { throw StoreError.notFound("user") }
      guard !user.isBot else { throw StoreError.invalid("a bot can't become a member this way") }
      return user
    case .email(let email):
      let people = try Users.withEmail(email, db)
      guard let user = people.first else { throw StoreError.notFound("user") }
      guard people.count == 1 else {
        throw StoreError.conflict("several people have this e-mail address; name one by user id")
      }
      return user
    }
  }

  /// The workspace with an identifier, a route identifier or a slug.
  /// - Throws: `StoreError.notFound`, `SQLError`.
  static func workspaceID(_ name: String, _ db: any SQLConnection) throws -> WorkspaceID {
    let found = try db.first(
      "SELECT id FROM workspaces WHERE (id = ?1 OR route_id = ?1 OR slug = ?2) AND deleted_at IS NULL LIMIT 1",
      [.text(name), .text(name.lowercased())]
    ) { $0.text(0) }
    guard let found else { throw StoreError.notFound("workspace") }
    return found
  }

  private static func actor(_ id: UserID, _ db: any SQLConnection) throws -> Caller {
    guard let caller = try Credentials.impersonated(id, db) else { throw StoreError.notFound("user") }
    return caller
  }
}
