import Storage

/// A signed token in compact form (RFC 7515, section 7.1; RFC 7519). Parsed is not verified: `JSONWebKeySet.verify` does
/// that, and only then do the claims mean anything.
struct JSONWebToken: Sendable {
  /// Bytes of a token at most.
  static let bytesMax = 16 << 10

  private struct Header: Decodable {
    let alg: String
    let kid: String?
    let crit: [String]?
    let b64: Bool?
  }

  /// How it claims to be signed: one of the algorithms that are accepted at all.
  let algorithm: SignatureAlgorithm
  /// Names the key, if the header does.
  let keyID: String?
  /// What is signed: the header and the payload as they were sent.
  let signedBytes: [UInt8]
  /// The signature.
  let signature: [UInt8]
  /// The claims as JSON.
  let payload: [UInt8]

  /// Takes a token apart.
  /// - Throws: `JSONWebTokenError` for everything but three parts with a readable header of an accepted algorithm.
  init(parsing text: String) throws(JSONWebTokenError) {
    let bytes = Array(text.utf8)
    guard bytes.count <= Self.bytesMax else { throw JSONWebTokenError("the token is too long") }
    let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 3 else { throw JSONWebTokenError("the token does not have three parts") }
    guard let head = Base64URL.decode(parts[0]), let payload = Base64URL.decode(parts[1]),
      let signature = Base64URL.decode(parts[2])
    else { throw JSONWebTokenError("the token is not URL-safe base 64") }
    guard let header = try? JSONText.decode(Header.self, from: head) else {
      throw JSONWebTokenError("the token's header is malformed")
    }
    guard let algorithm = SignatureAlgorithm(rawValue: header.alg) else {
      throw JSONWebTokenError("the token is signed in a way that is not accepted")
    }
    // Extensions that must be understood are not (RFC 7515, section 4.1.11; RFC 7797).
    guard header.crit == nil, header.b64 ?? true else {
      throw JSONWebTokenError("the token's header has critical extensions")
    }
    guard !signature.isEmpty else { throw JSONWebTokenError("the token is not signed") }
    self.algorithm = algorithm
    keyID = header.kid
    signedBytes = Array(bytes[..<parts[1].endIndex])
    self.signature = signature
    self.payload = payload
  }
}
