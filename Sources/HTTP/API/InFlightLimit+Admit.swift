import Actors
import Storage

extension InFlightLimit {
  /// Takes a place for a person, who gives it back with `leave`.
  /// - Parameter what: What there is too much of, in the plural.
  /// - Throws: `StoreError.tooMany` when the person has no more places, `.unavailable` when nobody has.
  func admit(_ userID: UserID, what: String) throws(StoreError) {
    switch enter(userID) {
    case .admitted: break
    case .keyIsFull: throw StoreError(.tooMany, "too many of your \(what) are under way, try again shortly")
    case .allIsFull: throw StoreError(.unavailable, "too many \(what) are under way, try again shortly")
    }
  }
}
