/// What a browser sends at the end of a ceremony: `RegistrationResponseJSON` or `AuthenticationResponseJSON` (WebAuthn
/// Level 3, sections 5.1.8 and 5.1.9). Byte strings are URL-safe base 64; members that are not needed are not read.
struct PublicKeyCredential<Response: Decodable & Sendable>: Decodable, Sendable {
  let rawId: EncodedBytes
  let type: String
  let response: Response

  /// The credential's identifier.
  /// - Throws: `WebAuthnError` for a credential of another kind.
  var id: [UInt8] {
    get throws(WebAuthnError) {
      guard type == "public-key" else { throw WebAuthnError("the credential is no passkey") }
      return rawId.bytes
    }
  }
}

/// The answer of an authenticator that made a passkey.
struct AttestationResponse: Decodable, Sendable {
  let clientDataJSON: EncodedBytes
  let attestationObject: EncodedBytes
  let transports: [String]?
}

/// The answer of an authenticator that used a passkey.
struct AssertionResponse: Decodable, Sendable {
  let clientDataJSON: EncodedBytes
  let authenticatorData: EncodedBytes
  let signature: EncodedBytes
  let userHandle: EncodedBytes?
}

/// Bytes as URL-safe base 64 without padding.
struct EncodedBytes: Decodable, Sendable, Equatable {
  let bytes: [UInt8]

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let bytes = Base64URL.decode(try container.decode(String.self).utf8) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not URL-safe base 64 without padding")
    }
    self.bytes = bytes
  }
}
