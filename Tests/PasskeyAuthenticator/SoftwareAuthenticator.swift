import COpenSSL

/// An authenticator and its browser in software: answers challenges as WebAuthn Level 3 says, with real keys. What it says
/// can be changed, to see what a server makes of it.
package struct SoftwareAuthenticator: Sendable {
  package enum Attestation: Sendable {
    case none
    /// Signed by the new key itself.
    case packedSelf
    /// A statement of another form, which a server that asked for none passes over.
    case foreign
  }

  package let key: SigningKey
  package var credentialID: [UInt8]
  /// The page that asks.
  package var origin: String
  /// The site that the passkey is for.
  package var relyingPartyID: String
  /// User present and verified, backup eligible and backed up.
  package var flags: UInt8 = 0x01 | 0x04 | 0x08 | 0x10
  package var signatureCount: UInt32 = 0
  package var userHandle: [UInt8] = []
  package var attestation = Attestation.none
  package var isCrossOrigin = false
  /// An extra map after the credential, with its flag.
  package var extensions: [UInt8] = []

  package init(
    _ algorithm: SigningKey.Algorithm = .es256, origin: String, relyingPartyID: String
  ) throws {
    key = try SigningKey(algorithm)
    credentialID = [UInt8](repeating: 0, count: 32)
    RAND_bytes(&credentialID, Int32(credentialID.count))
    self.origin = origin
    self.relyingPartyID = relyingPartyID
  }

  /// What the browser and the authenticator made of a challenge, before it is put into JSON.
  package struct Answer: Sendable {
    package var clientData: [UInt8]
    package var authenticatorData: [UInt8]
    package var signature: [UInt8] = []
    package var attestationObject: [UInt8] = []
    package var credentialID: [UInt8]
    package var userHandle: [UInt8] = []

    package init(clientData: [UInt8], authenticatorData: [UInt8], credentialID: [UInt8]) {
      self.clientData = clientData
      self.authenticatorData = authenticatorData
      self.credentialID = credentialID
    }

    /// `RegistrationResponseJSON`.
    package var registrationJSON: String {
      """
      {"id":"\(encode(credentialID))","rawId":"\(encode(credentialID))","type":"public-key",\
      "authenticatorAttachment":"platform","clientExtensionResults":{},\
      "response":{"clientDataJSON":"\(encode(clientData))","attestationObject":"\(encode(attestationObject))",\
      "transports":["internal","hybrid"]}}
      """
    }

    /// `AuthenticationResponseJSON`.
    package var assertionJSON: String {
      """
      {"id":"\(encode(credentialID))","rawId":"\(encode(credentialID))","type":"public-key",\
      "clientExtensionResults":{},\
      "response":{"clientDataJSON":"\(encode(clientData))","authenticatorData":"\(encode(authenticatorData))",\
      "signature":"\(encode(signature))","userHandle":"\(encode(userHandle))"}}
      """
    }

    private func encode(_ bytes: [UInt8]) -> String { URLSafeBase64.encode(bytes) }
  }

  /// Makes the passkey.
  package func register(challenge: String) throws -> Answer {
    var data = authenticatorData(with: 0x40)
    data += [UInt8](repeating: 0, count: 16)
    data += [UInt8(credentialID.count >> 8), UInt8(credentialID.count & 255)]
    data += credentialID + key.cose + extensions
    let client = clientData("webauthn.create", challenge)
    let statement: (String, [UInt8]) =
      switch attestation {
      case .none: ("none", CBOR.map([]))
      case .packedSelf:
        (
          "packed",
          CBOR.map([
            (CBOR.text("alg"), CBOR.integer(key.algorithm.rawValue)),
            (CBOR.text("sig"), CBOR.bytes(try key.sign(data + Self.hash(client)))),
          ])
        )
      case .foreign: ("fido-u2f", CBOR.map([(CBOR.text("x5c"), CBOR.array([CBOR.bytes([1, 2, 3])]))]))
      }
    let object = CBOR.map([
      (CBOR.text("fmt"), CBOR.text(statement.0)), (CBOR.text("attStmt"), statement.1),
      (CBOR.text("authData"), CBOR.bytes(data)),
    ])
    var answer = Answer(clientData: client, authenticatorData: data, credentialID: credentialID)
    answer.attestationObject = object
    return answer
  }

  /// Uses the passkey.
  package func assert(challenge: String) throws -> Answer {
    let data = authenticatorData(with: 0) + extensions
    let client = clientData("webauthn.get", challenge)
    var answer = Answer(clientData: client, authenticatorData: data, credentialID: credentialID)
    answer.signature = try key.sign(data + Self.hash(client))
    answer.userHandle = userHandle
    return answer
  }

  private func authenticatorData(with flag: UInt8) -> [UInt8] {
    Self.hash(Array(relyingPartyID.utf8)) + [flags | flag | (extensions.isEmpty ? 0 : 0x80)]
      + (0..<4).map { UInt8(truncatingIfNeeded: signatureCount >> (24 - 8 * $0)) }
  }

  private func clientData(_ type: String, _ challenge: String) -> [UInt8] {
    Array(
      #"{"type":"\#(type)","challenge":"\#(challenge)","origin":"\#(origin)","crossOrigin":\#(isCrossOrigin)}"#.utf8)
  }

  private static func hash(_ bytes: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    _ = SHA256(bytes, bytes.count, &digest)
    return digest
  }
}
