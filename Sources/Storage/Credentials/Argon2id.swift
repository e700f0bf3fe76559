import CArgon2
import COpenSSL

/// Hashes passwords with Argon2id (RFC 9106), so that guessing them costs memory and time even for who has the database.
///
/// Hashes are PHC strings (`$argon2id$v=19$m=...,t=...,p=...$salt$hash`): each tells how it was made, so changed settings
/// leave the old ones valid. Every call blocks for tens of milliseconds and takes `memoryKibibytes`: never on an event
/// loop.
public struct Argon2id: Sendable, Equatable {
  /// Why a password could not be hashed or compared; not for clients.
  public struct Failure: Error, Sendable, CustomStringConvertible {
    /// The library's text.
    public let description: String
  }

  /// Memory of one computation, in KiB.
  public let memoryKibibytes: Int
  /// Passes over the memory.
  public let passes: Int

  private static let saltBytes = 16
  private static let hashBytes = 32
  /// One lane each: several sign-ins at a time use the cores already.
  private static let lanes: UInt32 = 1

  /// Chooses the cost; the defaults are OWASP's (Password Storage Cheat Sheet).
  public init(memoryKibibytes: Int = 19 << 10, passes: Int = 2) {
    self.memoryKibibytes = memoryKibibytes
    self.passes = passes
  }

  /// A new hash with a random salt.
  /// - Throws: `Failure`, `StoreError.unavailable` without randomness.
  public func hash(_ password: Password) throws -> String {
    var salt = [UInt8](repeating: 0, count: Self.saltBytes)
    guard RAND_bytes(&salt, Int32(salt.count)) == 1 else {
      throw StoreError(.unavailable, "no secure random numbers are available")
    }
    let capacity = argon2_encodedlen(
      UInt32(passes), UInt32(memoryKibibytes), Self.lanes, UInt32(Self.saltBytes), UInt32(Self.hashBytes), Argon2_id)
    var text = [CChar](repeating: 0, count: capacity)
    let code = argon2id_hash_encoded(
      UInt32(passes), UInt32(memoryKibibytes), Self.lanes, password.bytes, password.bytes.count, salt, salt.count,
      Self.hashBytes, &text, text.count)
    guard code == ARGON2_OK.rawValue else { throw Self.failure(code) }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Whether a password is the one that was hashed, whatever the hash's cost. The comparison takes constant time.
  /// - Throws: `Failure` when the hash is damaged or there is no memory.
  public static func matches(_ password: Password, _ hash: String) throws -> Bool {
    let code = argon2id_verify(hash, password.bytes, password.bytes.count)
    if code == ARGON2_VERIFY_MISMATCH.rawValue { return false }
    guard code == ARGON2_OK.rawValue else { throw failure(code) }
    return true
  }

  /// Whether a hash was made with this cost.
  public func made(_ hash: String) -> Bool {
    hash.hasPrefix("$argon2id$v=19$m=\(memoryKibibytes),t=\(passes),p=\(Self.lanes)$")
  }

  private static func failure(_ code: Int32) -> Failure {
    Failure(description: String(cString: argon2_error_message(code)))
  }
}
