@testable import HTTP
@testable import Storage

/// What authenticators send: no crash, and whatever is read is within its bounds.
func fuzzPasskey(_ bytes: [UInt8]) {
  var reader = CBORReader(bytes[...])
  if let value = outcome({ () throws(WebAuthnError) in try reader.next() }) {
    invariant(reader.index > 0 && reader.index <= bytes.count, "nothing was read, or too much")
    checkSize(value, depth: 0)
    // What was read is all that matters: the rest does not change it.
    var again = CBORReader(bytes[..<reader.index])
    let same = outcome { () throws(WebAuthnError) in try again.next() }
    invariant(same == value && again.isAtEnd, "what follows matters")
  }
  if let data = outcome({ () throws(WebAuthnError) in try AuthenticatorData(parsing: bytes) }) {
    invariant(data.relyingPartyHash.count == 32, "a hash of another length")
    invariant((data.credential != nil) == data.flags.contains(.hasCredential), "the flag lies")
    check(data.credential)
  }
  if let object = outcome({ () throws(WebAuthnError) in try AttestationObject(parsing: bytes) }) {
    check(object.data.credential)
    if let credential = object.data.credential {
      _ = outcome { () throws(WebAuthnError) in try object.verify(credential, clientDataHash: []) }
    }
  }
  if let key = outcome({ () throws(WebAuthnError) in try CredentialKey(stored: bytes) }) {
    invariant(!key.verifies([UInt8](repeating: 1, count: 64), of: [1]), "anything goes")
  }
  checkAnswers(bytes)
  if let client = outcome({ () throws(WebAuthnError) in try ClientData(parsing: bytes) }) {
    invariant(bytes.count <= ClientData.bytesMax && client.challenge.count <= bytes.count, "too long")
  }
}

private func checkSize(_ value: CBORValue, depth: Int) {
  switch value {
  case .array(let items):
    invariant(depth < CBORReader.depthMax && items.count <= CBORReader.entriesMax, "a container too many")
    for item in items { checkSize(item, depth: depth + 1) }
  case .map(let pairs):
    invariant(depth < CBORReader.depthMax && pairs.count <= CBORReader.entriesMax, "a container too many")
    for pair in pairs { checkSize(pair.value, depth: depth + 1) }
  case .integer, .bytes, .text, .bool, .null: break
  }
}

/// What a browser sends at the end of a ceremony: nothing that was not asked for is believed.
private func checkAnswers(_ bytes: [UInt8]) {
  guard let party = RelyingParty(publicURL: "https://chat.example", host: "chat.example", allowed: []) else {
    return invariant(false, "no relying party")
  }
  let ceremony = Ceremony(challenge: Array("challenge".utf8), relyingParty: party, requiresUserVerification: false)
  if let answer = outcome({ () throws(StoreError) in
    try JSONBody.decode(PublicKeyCredential<AttestationResponse>.self, from: bytes)
  }), let made = outcome({ () throws(WebAuthnError) in try ceremony.verify(answer) }) {
    check(made.credential)
    invariant(made.data.flags.contains(.userPresent), "nobody was there")
  }
  if let answer = outcome({ () throws(StoreError) in
    try JSONBody.decode(PublicKeyCredential<AssertionResponse>.self, from: bytes)
  }) {
    let credential = PasskeyCredential(
      id: "pky_1", userID: "usr_1", credentialID: [1], userHandle: [], publicKey: [], isBackupEligible: false)
    let accepted = outcome { () throws(WebAuthnError) in try ceremony.verify(answer, of: credential) }
    invariant(accepted == nil, "a passkey without a key signs in")
  }
}

private func check(_ credential: AuthenticatorData.Credential?) {
  guard let credential else { return }
  invariant((1...AuthenticatorData.Credential.idBytesMax).contains(credential.id.count), "a bad identifier")
  let stored = outcome { () throws(WebAuthnError) in try CredentialKey(stored: credential.keyBytes) }
  invariant(stored == credential.key, "the stored key is another one")
}
