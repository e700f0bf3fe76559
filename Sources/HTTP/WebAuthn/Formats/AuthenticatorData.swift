/// What an authenticator says about itself and about what it did (WebAuthn Level 3, section 6.1). It is part of what is
/// signed.
struct AuthenticatorData: Sendable, Equatable {
  /// The bits of its one byte of flags.
  struct Flags: OptionSet, Sendable {
    let rawValue: UInt8
    /// Somebody was there and agreed.
    static let userPresent = Flags(rawValue: 0x01)
    /// It was made sure who: by a finger, a face or a PIN.
    static let userVerified = Flags(rawValue: 0x04)
    /// The passkey may be copied to other devices.
    static let backupEligible = Flags(rawValue: 0x08)
    /// It has been copied.
    static let backedUp = Flags(rawValue: 0x10)
    /// A new credential follows.
    static let hasCredential = Flags(rawValue: 0x40)
    /// Extensions follow.
    static let hasExtensions = Flags(rawValue: 0x80)
  }

  /// The new credential of a registration (section 6.5.1).
  struct Credential: Sendable, Equatable {
    /// Bytes of an identifier at most (section 7.1, step 25).
    static let idBytesMax = 1_023

    /// Identifies it on this server.
    let id: [UInt8]
    /// Its key.
    let key: CredentialKey
    /// The key as it came.
    let keyBytes: [UInt8]
  }

  /// Bytes that are always there.
  static let fixedBytes = 37
  private static let hashBytes = 32
  private static let modelBytes = 16

  /// SHA-256 of the relying party's identifier.
  let relyingPartyHash: [UInt8]
  /// What happened.
  let flags: Flags
  /// Counts signatures; zero when the authenticator does not count.
  let signatureCount: UInt32
  /// The new credential, if there is one.
  let credential: Credential?

  /// Reads exactly the bytes that are there.
  /// - Throws: `WebAuthnError`.
  init(parsing bytes: [UInt8]) throws(WebAuthnError) {
    guard bytes.count >= Self.fixedBytes else { throw WebAuthnError("the authenticator data is too short") }
    relyingPartyHash = Array(bytes[..<Self.hashBytes])
    flags = Flags(rawValue: bytes[Self.hashBytes])
    signatureCount = bytes[(Self.hashBytes + 1)..<Self.fixedBytes].reduce(0) { $0 << 8 | UInt32($1) }
    // A passkey that can't be copied can't have been copied.
    guard flags.contains(.backupEligible) || !flags.contains(.backedUp) else {
      throw WebAuthnError("the backup flags contradict each other")
    }
    var rest = bytes[Self.fixedBytes...]
    credential = flags.contains(.hasCredential) ? try Self.credential(&rest) : nil
    if flags.contains(.hasExtensions) {
      var reader = CBORReader(rest)
      guard case .map = try reader.next() else { throw WebAuthnError("the extensions are malformed") }
      rest = rest[reader.index...]
    }
    guard rest.isEmpty else { throw WebAuthnError("the authenticator data is too long") }
  }

  private static func credential(_ rest: inout ArraySlice<UInt8>) throws(WebAuthnError) -> Credential {
    rest = rest.dropFirst(modelBytes)
    guard let high = rest.popFirst(), let low = rest.popFirst() else {
      throw WebAuthnError("the authenticator data is too short")
    }
    let count = Int(high) << 8 | Int(low)
    guard (1...Credential.idBytesMax).contains(count), count <= rest.count else {
      throw WebAuthnError("the credential's identifier has a bad length")
    }
    let id = Array(rest.prefix(count))
    rest = rest.dropFirst(count)
    var reader = CBORReader(rest)
    let key = try CredentialKey(try reader.next())
    defer { rest = rest[reader.index...] }
    return Credential(id: id, key: key, keyBytes: Array(rest[..<reader.index]))
  }
}
