import Storage

/// What the browser says about a ceremony (WebAuthn Level 3, section 5.8.1): part of what the authenticator signs.
struct ClientData: Sendable, Equatable {
  /// Bytes at most.
  static let bytesMax = 4_096

  /// The two ceremonies.
  enum Ceremony: String, Sendable {
    case registration = "webauthn.create"
    case assertion = "webauthn.get"
  }

  private struct Document: Decodable {
    let type: String
    let challenge: String
    let origin: String
    let crossOrigin: Bool?
    let topOrigin: String?
  }

  /// What was done.
  let ceremony: Ceremony
  /// The challenge that was answered.
  let challenge: [UInt8]
  /// The origin of the page.
  let origin: String

  /// Reads the JSON text.
  /// - Throws: `WebAuthnError`, also for a page in a frame of another site.
  init(parsing bytes: [UInt8]) throws(WebAuthnError) {
    guard bytes.count <= Self.bytesMax, let document = try? JSONText.decode(Document.self, from: bytes),
      let ceremony = Ceremony(rawValue: document.type), let challenge = Base64URL.decode(document.challenge.utf8)
    else { throw WebAuthnError("the client data is malformed") }
    guard document.crossOrigin != true, document.topOrigin == nil else {
      throw WebAuthnError("the page is in a frame of another site")
    }
    self.ceremony = ceremony
    self.challenge = challenge
    origin = document.origin
  }
}
