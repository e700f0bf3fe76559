@testable import HTTP

/// Signed tokens, key sets and claims: no crash, and nothing that these keys did not sign is believed.
func fuzzToken(_ bytes: [UInt8]) {
  let text = String(decoding: bytes, as: UTF8.self)
  if let decoded = Base64URL.decode(bytes) {
    invariant(Base64URL.encode(decoded) == text, "two texts mean the same bytes")
  }
  if let set = outcome({ () throws(JSONWebTokenError) in try JSONWebKeySet(parsing: bytes) }) {
    invariant(set.keys.count <= JSONWebKeySet.keysMax, "too many keys")
    for key in set.keys {
      for algorithm in SignatureAlgorithm.allCases {
        let accepted = key.publicKey.verifies([UInt8](repeating: 1, count: 64), of: [1], algorithm)
        invariant(!accepted, "anything goes")
      }
    }
  }
  if let token = outcome({ () throws(JSONWebTokenError) in try JSONWebToken(parsing: text) }) {
    invariant(bytes.count <= JSONWebToken.bytesMax, "a token that is too long")
    invariant(!token.signature.isEmpty, "a token without signature")
    invariant(text.utf8.starts(with: token.signedBytes), "something else is signed than was sent")
  }
  if let claims = outcome({ () throws(JSONWebTokenError) in try TokenClaims(parsing: bytes) }) {
    let rules = TokenRules(issuer: claims.issuer, audience: claims.audience.first ?? "", nonce: claims.nonce)
    if outcome({ () throws(JSONWebTokenError) in try rules.check(claims, at: 1_700_000_000) }) != nil {
      invariant(claims.expiresAt > 1_699_999_000, "an old token is good")
    }
  }
}
