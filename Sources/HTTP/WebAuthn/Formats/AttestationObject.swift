/// What a registration returns: the authenticator's data and what proves where the authenticator comes from (WebAuthn
/// Level 3, section 6.5.4).
///
/// The server asks for no attestation and trusts no maker of authenticators. `none` must be empty, and a signature that
/// the new key made itself (`packed`, self attestation) must be right. Statements of other forms are passed over: they
/// could only tell the make of the device, of which nothing is kept or decided.
struct AttestationObject: Sendable {
  /// The other forms there are (IANA, WebAuthn Attestation Statement Format Identifiers).
  private static let knownFormats: Set<String> = [
    "packed", "tpm", "android-key", "android-safetynet", "fido-u2f", "apple", "compound",
  ]

  /// The parsed data.
  let data: AuthenticatorData
  private let dataBytes: [UInt8]
  private let format: String
  private let statement: CBORValue

  /// Reads exactly the bytes that are there.
  /// - Throws: `WebAuthnError`.
  init(parsing bytes: [UInt8]) throws(WebAuthnError) {
    var reader = CBORReader(bytes[...])
    let object = try reader.next()
    guard reader.isAtEnd, case .map(let entries) = object, entries.count == 3, case .text(let format) = object["fmt"],
      let statement = object["attStmt"], case .map = statement, let data = object["authData"]?.byteString
    else { throw WebAuthnError("the attestation object is malformed") }
    self.format = format
    self.statement = statement
    self.data = try AuthenticatorData(parsing: data)
    dataBytes = data
  }

  /// Checks what the statement says about the new key, as far as the key itself can prove it.
  /// - Throws: `WebAuthnError`.
  func verify(_ credential: AuthenticatorData.Credential, clientDataHash: [UInt8]) throws(WebAuthnError) {
    guard case .map(let entries) = statement else { throw WebAuthnError("the attestation object is malformed") }
    switch format {
    case "none":
      guard entries.isEmpty else { throw WebAuthnError("the attestation statement is not empty") }
    case "packed" where statement["x5c"] == nil:
      guard statement["alg"] == .integer(credential.key.algorithm.rawValue), entries.count == 2,
        let signature = statement["sig"]?.byteString,
        credential.key.verifies(signature, of: dataBytes + clientDataHash)
      else { throw WebAuthnError("the attestation's signature is wrong") }
    case _ where Self.knownFormats.contains(format): break
    default: throw WebAuthnError("the attestation is of an unknown form")
    }
  }
}
