import FoundationEssentials
import PasskeyAuthenticator
import SeededRandom
import Storage
import Testing

@testable import HTTP

@Suite struct CeremonyTests {
  private static let handle = [UInt8](repeating: 7, count: 64)
  private let site: RelyingParty

  init() throws {
    site = try #require(RelyingParty(publicURL: "https://example.org", host: "", allowed: []))
  }

  private func ceremony(_ challenge: [UInt8], verified: Bool = false) -> Ceremony {
    Ceremony(challenge: challenge, relyingParty: site, requiresUserVerification: verified)
  }

  private func authenticator(_ algorithm: SigningKey.Algorithm = .es256) throws -> SoftwareAuthenticator {
    var made = try SoftwareAuthenticator(algorithm, origin: "https://example.org", relyingPartyID: "example.org")
    made.userHandle = Self.handle
    return made
  }

  private func registration(
    _ answer: SoftwareAuthenticator.Answer
  ) throws -> PublicKeyCredential<AttestationResponse> {
    try JSONDecoder().decode(
      PublicKeyCredential<AttestationResponse>.self, from: Data(answer.registrationJSON.utf8))
  }

  private func assertion(_ answer: SoftwareAuthenticator.Answer) throws -> PublicKeyCredential<AssertionResponse> {
    try JSONDecoder().decode(PublicKeyCredential<AssertionResponse>.self, from: Data(answer.assertionJSON.utf8))
  }

  private func stored(_ credential: AuthenticatorData.Credential, isBackupEligible: Bool = true) -> PasskeyCredential {
    PasskeyCredential(
      id: "pky_1", userID: "usr_1", credentialID: credential.id, userHandle: Self.handle,
      publicKey: credential.keyBytes, isBackupEligible: isBackupEligible)
  }

  @Test(arguments: CeremonyVector.all) func acceptsTheVectorsOfTheStandard(vector: CeremonyVector) throws {
    let empty = SoftwareAuthenticator.Answer(clientData: [], authenticatorData: [], credentialID: vector.credentialID)
    var answer = empty
    answer.clientData = vector.registrationClientData
    answer.attestationObject = vector.attestationObject
    let registered = try ceremony(vector.registrationChallenge).verify(try registration(answer))
    #expect(registered.credential.id == vector.credentialID)
    #expect(registered.data.signatureCount == 0)

    var used = empty
    used.clientData = vector.clientData
    used.authenticatorData = vector.authenticatorData
    used.signature = vector.signature
    used.userHandle = Self.handle
    let known = stored(registered.credential)
    _ = try ceremony(vector.challenge).verify(try assertion(used), of: known)
    #expect(throws: WebAuthnError("the authenticator did not make sure who is there")) {
      try ceremony(vector.challenge, verified: true).verify(try assertion(used), of: known)
    }
    used.signature[used.signature.count - 1] ^= 1
    #expect(throws: WebAuthnError("the signature is wrong")) {
      try ceremony(vector.challenge).verify(try assertion(used), of: known)
    }
  }

  @Test(arguments: SigningKey.Algorithm.allCases) func refusesEveryChangedByte(
    algorithm: SigningKey.Algorithm
  ) throws {
    var generator = SeededGenerator(seed: 5)
    let challenge = generator.bytes(32)
    let text = Base64URL.encode(challenge)
    var device = try authenticator(algorithm)
    // Signed by the new key, so that nothing of it can change unnoticed.
    device.attestation = .packedSelf
    let good = try device.register(challenge: text)
    let (credential, _) = try ceremony(challenge, verified: true).verify(try registration(good))
    let used = try device.assert(challenge: text)
    let known = stored(credential)
    _ = try ceremony(challenge, verified: true).verify(try assertion(used), of: known)

    func changed(
      _ part: WritableKeyPath<SoftwareAuthenticator.Answer, [UInt8]>, of answer: SoftwareAuthenticator.Answer
    )
      throws -> [SoftwareAuthenticator.Answer]
    {
      try answer[keyPath: part].indices.map { index in
        var copy = answer
        copy[keyPath: part][index] ^= UInt8(try #require((1...255).randomElement(using: &generator)))
        return copy
      }
    }
    let registrations = try [\SoftwareAuthenticator.Answer.clientData, \.attestationObject, \.credentialID]
      .flatMap { try changed($0, of: good) }
    for answer in registrations {
      #expect(throws: WebAuthnError.self, "\(answer)") { try ceremony(challenge).verify(try registration(answer)) }
    }
    let assertions = try [\SoftwareAuthenticator.Answer.clientData, \.authenticatorData, \.signature, \.userHandle]
      .flatMap { try changed($0, of: used) }
    for answer in assertions {
      #expect(throws: WebAuthnError.self, "\(answer)") {
        try ceremony(challenge).verify(try assertion(answer), of: known)
      }
    }
    for part in [\SoftwareAuthenticator.Answer.clientData, \.attestationObject] {
      for count in 0..<good[keyPath: part].count {
        var cut = good
        cut[keyPath: part] = Array(cut[keyPath: part].prefix(count))
        #expect(throws: WebAuthnError.self) { try ceremony(challenge).verify(try registration(cut)) }
      }
    }
  }

  @Test func refusesWhatTheRulesForbid() throws {
    let challenge = [UInt8](repeating: 9, count: 32)
    let text = Base64URL.encode(challenge)
    let device = try authenticator()
    let known = stored(
      try ceremony(challenge).verify(try registration(try device.register(challenge: text))).credential)

    func refusal(_ change: (inout SoftwareAuthenticator) -> Void) throws -> (registration: String?, assertion: String?)
    {
      var other = device
      change(&other)
      var words: (registration: String?, assertion: String?) = (nil, nil)
      do {
        _ = try ceremony(challenge, verified: true).verify(try registration(try other.register(challenge: text)))
      } catch let error as WebAuthnError { words.registration = error.description }
      do {
        let answer = try assertion(try other.assert(challenge: text))
        _ = try ceremony(challenge, verified: true).verify(answer, of: known)
      } catch let error as WebAuthnError { words.assertion = error.description }
      return words
    }
    #expect(try refusal { _ in } == (nil, nil))
    let cases: [(String, (inout SoftwareAuthenticator) -> Void)] = [
      ("the answer comes from a page of another site", { $0.origin = "https://evil.example" }),
      ("the answer comes from a page of another site", { $0.origin = "https://example.org.evil.example" }),
      ("the answer comes from a page of another site", { $0.origin = "http://example.org" }),
      ("the answer comes from a page of another site", { $0.origin = "https://example.org:8443" }),
      ("the page is in a frame of another site", { $0.isCrossOrigin = true }),
      ("the passkey is for another site", { $0.relyingPartyID = "evil.example" }),
      ("nobody agreed", { $0.flags &= ~0x01 }),
      ("the authenticator did not make sure who is there", { $0.flags &= ~0x04 }),
      ("the backup flags contradict each other", { $0.flags &= ~0x08 }),
    ]
    for (words, change) in cases {
      #expect(try refusal(change) == (words, words))
    }
    #expect(try refusal { $0.extensions = CBOR.map([(CBOR.text("credProtect"), CBOR.integer(2))]) } == (nil, nil))
    #expect(try refusal { $0.extensions = CBOR.integer(2) }.assertion == "the extensions are malformed")
    #expect(try refusal { $0.flags &= ~0x18 } == (nil, "the passkey changed its kind"))
    #expect(try refusal { $0.userHandle = [] }.assertion == "the passkey belongs to somebody else")
    #expect(try refusal { $0.attestation = .foreign } == (nil, nil))
    #expect(
      try refusal { $0.credentialID = [] }.registration == "the credential's identifier has a bad length")
    #expect(
      try refusal { $0.credentialID = [UInt8](repeating: 1, count: 1_024) }.registration
        == "the credential's identifier has a bad length")
    #expect(try refusal { $0.credentialID = [UInt8](repeating: 1, count: 1_023) }.registration == nil)

    let other = ceremony([UInt8](repeating: 8, count: 32))
    #expect(throws: WebAuthnError("the answer is for another challenge")) {
      try other.verify(try registration(try device.register(challenge: text)))
    }
    // An assertion is no registration.
    var swapped = try device.register(challenge: text)
    swapped.clientData = try device.assert(challenge: text).clientData
    #expect(throws: WebAuthnError("the answer is for something else")) {
      try ceremony(challenge).verify(try registration(swapped))
    }
  }

  @Test func refusesKeysThatWereNotOffered() throws {
    func key(_ pairs: [(Int, [UInt8])]) -> [UInt8] { CBOR.map(pairs.map { (CBOR.integer($0.0), $0.1) }) }
    func isKey(_ bytes: [UInt8]) -> Bool { (try? CredentialKey(stored: bytes)) != nil }
    let good = try SigningKey(.es256).cose
    let x = Array(good[10..<42])
    let y = Array(good[45..<77])
    func p256(
      kind: Int = 2, algorithm: Int = -7, curve: Int = 1, x: [UInt8], y: [UInt8], more: [(Int, [UInt8])] = []
    ) -> [UInt8] {
      key(
        [
          (1, CBOR.integer(kind)), (3, CBOR.integer(algorithm)), (-1, CBOR.integer(curve)), (-2, CBOR.bytes(x)),
          (-3, CBOR.bytes(y)),
        ] + more)
    }
    #expect(p256(x: x, y: y) == good)
    #expect(isKey(good))
    #expect(isKey(try SigningKey(.rs256).cose))
    #expect(!isKey(good + [0]))
    #expect(!isKey(p256(kind: 1, x: x, y: y)))
    #expect(!isKey(p256(algorithm: -8, x: x, y: y)))
    #expect(!isKey(p256(algorithm: -257, x: x, y: y)))
    #expect(!isKey(p256(curve: 2, x: x, y: y)))
    #expect(!isKey(p256(x: x, y: x)), "not on the curve")
    #expect(!isKey(p256(x: Array(x.dropLast()), y: y)))
    #expect(!isKey(p256(x: x, y: y, more: [(2, CBOR.bytes([1]))])), "a key identifier")
    let modulus = [UInt8](repeating: 0xc3, count: 256)
    func rsa(_ modulus: [UInt8], _ exponent: [UInt8]) -> [UInt8] {
      key([(1, CBOR.integer(3)), (3, CBOR.integer(-257)), (-1, CBOR.bytes(modulus)), (-2, CBOR.bytes(exponent))])
    }
    #expect(isKey(rsa(modulus, [1, 0, 1])))
    #expect(!isKey(rsa(Array(modulus.dropLast()), [1, 0, 1])), "fewer than 2048 bits")
    #expect(!isKey(rsa([0] + modulus, [1, 0, 1])))
    #expect(!isKey(rsa(modulus, [1])))
    #expect(!isKey(rsa([UInt8](repeating: 0xc3, count: 1_025), [1, 0, 1])))
  }

  @Test func knowsItsOwnSite() {
    func site(_ publicURL: String?, _ host: String, _ allowed: [String] = []) -> RelyingParty? {
      RelyingParty(publicURL: publicURL, host: host, allowed: allowed)
    }
    #expect(site("https://Chat.Example/", "other")?.id == "chat.example")
    #expect(site("https://chat.example:8443", "other")?.origins == ["https://chat.example:8443"])
    #expect(site(nil, "localhost:8080")?.origins == ["https://localhost:8080", "http://localhost:8080"])
    #expect(site(nil, "chat.example")?.origins == ["https://chat.example"])
    #expect(site("", "chat.example:443")?.id == "chat.example")
    #expect(
      site("https://chat.example", "", ["https://app.example"])?.accepts(origin: "https://APP.example:443") == true)
    #expect(site("https://chat.example", "")?.accepts(origin: "null") == false)
    for host in ["127.0.0.1:8080", "[::1]:8080", "", ":80", "a:b"] { #expect(site(nil, host) == nil, "\(host)") }
    #expect(site("https://192.0.2.1", "chat.example") == nil)
  }
}
