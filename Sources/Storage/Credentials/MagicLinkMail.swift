/// A wish for a sign-in link by mail, as it waits in the queue of jobs. The secret is made when the mail is sent, so that
/// none is ever stored; whether somebody has the address is found out then too, so that asking takes the same time for
/// every address.
public struct MagicLinkMail: Codable, Sendable, Equatable {
  /// After as many failures, within about six minutes, the mail is given up: nobody waits for it any longer.
  private static let attemptsMax: Int64 = 5

  /// Who asked, in the stored form.
  public let email: String
  /// The name of the person, if they have to be created; may be empty.
  public let displayName: String
  /// When, in microseconds since 1970.
  public let requestedAt: Int64

  /// Enqueues the mail. While one for the same address waits, a second one is not needed.
  /// - Throws: `StoreError.invalid` for a bad address or name, `.unavailable` when too many wait; `SQLError`.
  public static func request(email: String, displayName: String, _ tx: Transaction) throws {
    let name = PlainText.visible(displayName)
    let mail = MagicLinkMail(
      email: try EmailAddress.validated(email), displayName: name.isEmpty ? "" : try DisplayName.validated(name),
      requestedAt: tx.now.microseconds)
    var draft = try JobDraft(.magicLinkMail, encoding: mail, uniqueKey: mail.email)
    draft.maxAttempts = attemptsMax
    _ = try Jobs.enqueue(draft, tx)
  }

  /// Makes the link.
  /// - Parameters:
  ///   - seconds: How long it works from now; a wish that is older is not granted any more.
  ///   - admitsNewPeople: Whether people who are not known yet get one, too.
  /// - Returns: The secret; nil when there is nobody to send it to.
  /// - Throws: `JobFailure` when the wish is too old, `StoreError.unavailable` without randomness, `SQLError`.
  public func mint(lasting seconds: Int64, admitsNewPeople: Bool, _ tx: Transaction) throws -> String? {
    guard Timestamp(microseconds: requestedAt).adding(seconds: seconds) > tx.now else {
      throw JobFailure("it was asked for too long ago", isPermanent: true)
    }
    guard try admitsNewPeople || !Users.withEmail(email, tx.db).isEmpty else { return nil }
    return try MagicLinks.create(email: email, displayName: displayName, lasting: seconds, tx).token
  }
}

extension JobKind {
  /// Sends somebody a sign-in link.
  public static let magicLinkMail = JobKind("magic_link.mail")
}
