import Storage

/// Checks the answers of authenticators: the procedures of WebAuthn Level 3, sections 7.1 and 7.2. Pure: no clock, no
/// lookup, no state.
///
/// What needs the database (that the credential is new or known, that its counter grew) is checked in the transaction that
/// uses the result.
struct Ceremony: Sendable {
  /// What had to be answered.
  let challenge: [UInt8]
  /// Whom for.
  let relyingParty: RelyingParty
  /// Whether the authenticator must have made sure who is there.
  let requiresUserVerification: Bool

  /// Checks a registration.
  /// - Returns: The new credential, and whether it may be or was copied to other devices.
  /// - Throws: `WebAuthnError`.
  func verify(
    _ answer: PublicKeyCredential<AttestationResponse>
  ) throws(WebAuthnError) -> (credential: AuthenticatorData.Credential, data: AuthenticatorData) {
    let hash = try clientDataHash(answer.response.clientDataJSON.bytes, .registration)
    let object = try AttestationObject(parsing: answer.response.attestationObject.bytes)
    try check(object.data)
    guard let credential = object.data.credential else { throw WebAuthnError("there is no new credential") }
    guard try answer.id == credential.id else { throw WebAuthnError("the credential's identifiers differ") }
    try object.verify(credential, clientDataHash: hash)
    return (credential, object.data)
  }

  /// Checks a sign-in with a known passkey.
  /// - Throws: `WebAuthnError`.
  func verify(
    _ answer: PublicKeyCredential<AssertionResponse>, of credential: PasskeyCredential
  ) throws(WebAuthnError) -> AuthenticatorData {
    let response = answer.response
    let hash = try clientDataHash(response.clientDataJSON.bytes, .assertion)
    // Without a name typed in before, the authenticator has to say whose passkey it is.
    guard let handle = response.userHandle, ConstantTime.equal(handle.bytes, credential.userHandle) else {
      throw WebAuthnError("the passkey belongs to somebody else")
    }
    let data = try AuthenticatorData(parsing: response.authenticatorData.bytes)
    try check(data)
    guard data.flags.contains(.backupEligible) == credential.isBackupEligible else {
      throw WebAuthnError("the passkey changed its kind")
    }
    let key = try CredentialKey(stored: credential.publicKey)
    guard key.verifies(response.signature.bytes, of: response.authenticatorData.bytes + hash) else {
      throw WebAuthnError("the signature is wrong")
    }
    return data
  }

  private func clientDataHash(
    _ bytes: [UInt8], _ ceremony: ClientData.Ceremony
  ) throws(WebAuthnError) -> [UInt8] {
    let client = try ClientData(parsing: bytes)
    guard client.ceremony == ceremony else { throw WebAuthnError("the answer is for something else") }
    guard ConstantTime.equal(client.challenge, challenge) else {
      throw WebAuthnError("the answer is for another challenge")
    }
    guard relyingParty.accepts(origin: client.origin) else {
      throw WebAuthnError("the answer comes from a page of another site")
    }
    return SHA256Digest(of: bytes).bytes
  }

  private func check(_ data: AuthenticatorData) throws(WebAuthnError) {
    guard ConstantTime.equal(data.relyingPartyHash, SHA256Digest(of: relyingParty.id).bytes) else {
      throw WebAuthnError("the passkey is for another site")
    }
    guard data.flags.contains(.userPresent) else { throw WebAuthnError("nobody agreed") }
    guard data.flags.contains(.userVerified) || !requiresUserVerification else {
      throw WebAuthnError("the authenticator did not make sure who is there")
    }
  }
}
