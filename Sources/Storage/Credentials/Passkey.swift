/// A passkey as its owner sees it.
public struct Passkey: Sendable, Equatable, JSONWritable {
  /// `pky_` and a ULID.
  public let id: String
  /// What its owner calls it.
  public let name: String
  /// When it was registered.
  public let createdAt: String
  /// When it was last used to sign in, if ever.
  public let lastUsedAt: String?

  /// Writes the passkey's object.
  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("id", id)
      json.field("name", name)
      json.field("created_at", createdAt)
      json.field("last_used_at", ifPresent: lastUsedAt)
    }
  }
}

/// What identifies a passkey to an authenticator: for the lists that browsers are given.
public struct PasskeyDescriptor: Sendable, Equatable {
  /// The credential's identifier, which the authenticator chose.
  public let credentialID: [UInt8]
  /// How the authenticator may be reached, such as `usb` or `internal`.
  public let transports: [String]
}

/// The credential of a registration that was verified.
public struct PasskeyDraft: Sendable {
  /// The credential's identifier, which the authenticator chose.
  public let credentialID: [UInt8]
  /// What the authenticator knows its user by.
  public let userHandle: [UInt8]
  /// The COSE_Key.
  public let publicKey: [UInt8]
  /// Signatures made so far; zero when the authenticator does not count.
  public let signatureCount: UInt32
  /// Whether it may be copied to other devices.
  public let isBackupEligible: Bool
  /// Whether it has been.
  public let isBackedUp: Bool
  /// How the authenticator may be reached; what can't be the name of a transport is dropped.
  public let transports: [String]

  private static let transportsMax = 8

  /// Gathers the parts.
  public init(
    credentialID: [UInt8], userHandle: [UInt8], publicKey: [UInt8], signatureCount: UInt32, isBackupEligible: Bool,
    isBackedUp: Bool, transports: [String]
  ) {
    self.credentialID = credentialID
    self.userHandle = userHandle
    self.publicKey = publicKey
    self.signatureCount = signatureCount
    self.isBackupEligible = isBackupEligible
    self.isBackedUp = isBackedUp
    self.transports = Array(transports.filter(Self.isTransport).prefix(Self.transportsMax))
  }

  private static func isTransport(_ text: String) -> Bool {
    (1...16).contains(text.utf8.count)
      && text.utf8.allSatisfy { (0x61...0x7a).contains($0) || $0 == UInt8(ascii: "-") }
  }
}

/// A stored passkey, with what is needed to verify a signature.
public struct PasskeyCredential: Sendable {
  /// `pky_` and a ULID.
  public let id: String
  /// Whose it is.
  public let userID: UserID
  /// The credential's identifier, which the authenticator chose.
  public let credentialID: [UInt8]
  /// What the authenticator knows its user by.
  public let userHandle: [UInt8]
  /// The COSE_Key.
  public let publicKey: [UInt8]
  /// Whether it may be copied to other devices: never changes.
  public let isBackupEligible: Bool

  /// Gathers the parts.
  public init(
    id: String, userID: UserID, credentialID: [UInt8], userHandle: [UInt8], publicKey: [UInt8], isBackupEligible: Bool
  ) {
    self.id = id
    self.userID = userID
    self.credentialID = credentialID
    self.userHandle = userHandle
    self.publicKey = publicKey
    self.isBackupEligible = isBackupEligible
  }
}
