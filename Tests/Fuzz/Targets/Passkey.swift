@testable import HTTP

/// What authenticators send: no crash, and whatever is read is within its bounds.
func fuzzPasskey(_ bytes: [UInt8]) {
  var reader = CBORReader(bytes[...])
  if let value = outcome({ () throws(WebAuthnError) in try reader.next() }) {
    invariant(reader.index > 0 && reader.index <= bytes.count, "nothing was read, or too much")
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
  if let client = outcome({ () throws(WebAuthnError) in try ClientData(parsing: bytes) }) {
    invariant(bytes.count <= ClientData.bytesMax && client.challenge.count <= bytes.count, "too long")
  }
}

private func check(_ credential: AuthenticatorData.Credential?) {
  guard let credential else { return }
  invariant((1...AuthenticatorData.Credential.idBytesMax).contains(credential.id.count), "a bad identifier")
  let stored = outcome { () throws(WebAuthnError) in try CredentialKey(stored: credential.keyBytes) }
  invariant(stored == credential.key, "the stored key is another one")
}
