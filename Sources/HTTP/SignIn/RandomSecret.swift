import COpenSSL
import Storage

/// Secrets that live in memory only, such as the state of a sign-in under way.
enum RandomSecret {
  /// Characters of `text()`.
  static let textCount = 43

  /// 256 random bits in URL-safe base 64.
  /// - Throws: `StoreError.unavailable` when the system has no randomness.
  static func text() throws(StoreError) -> String { Base64URL.encode(try bytes(32)) }

  /// 128 random bits as 32 hexadecimal digits in lower case.
  /// - Throws: `StoreError.unavailable` when the system has no randomness.
  static func hexadecimal() throws(StoreError) -> String {
    try bytes(16).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
  }

  /// Random bytes.
  /// - Throws: `StoreError.unavailable` when the system has no randomness.
  static func bytes(_ count: Int) throws(StoreError) -> [UInt8] {
    var random = [UInt8](repeating: 0, count: count)
    guard RAND_bytes(&random, Int32(count)) == 1 else {
      throw StoreError(.unavailable, "no secure random numbers are available")
    }
    return random
  }
}
