/// Whether authenticators have to make sure who is there, by a PIN, a finger or a face.
public enum PasskeyVerification: String, Sendable, CaseIterable {
  /// They do when they can.
  case preferred
  /// Others are refused.
  case required
}
