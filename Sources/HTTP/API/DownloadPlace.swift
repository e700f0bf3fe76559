import Actors
import Storage

/// One of the downloads that may be under way; given back with the last reference, so with the file that it reads.
final class DownloadPlace: Sendable {
  private let limit: InFlightLimit
  private let userID: UserID

  /// Takes a place for a person.
  /// - Throws: `StoreError.tooMany` when the person has no more, `.unavailable` when nobody has.
  init(of userID: UserID, in limit: InFlightLimit) throws(StoreError) {
    try limit.admit(userID, what: "downloads")
    self.limit = limit
    self.userID = userID
  }

  deinit { limit.leave(userID) }
}
