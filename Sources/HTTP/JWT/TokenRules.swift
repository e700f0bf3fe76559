/// What a verified token's claims must say to be meant for this server, now (OpenID Connect Core 1.0, section 3.1.3.7).
struct TokenRules: Sendable, Equatable {
  /// How far the clocks of the two servers may differ, in seconds.
  static let skewSeconds: Double = 60
  /// Bytes of a subject at most (OpenID Connect Core 1.0, section 2).
  static let subjectBytesMax = 255

  /// Who must have made it, letter by letter.
  let issuer: String
  /// For whom it must be.
  let audience: String
  /// What ties it to one sign-in; nil where nothing does.
  var nonce: String?

  /// Checks claims at a time, in seconds of Unix time.
  /// - Throws: `JSONWebTokenError` that names the claim.
  func check(_ claims: TokenClaims, at now: Double) throws(JSONWebTokenError) {
    guard claims.issuer == issuer else { throw JSONWebTokenError("the token is of another issuer") }
    guard claims.audience.contains(audience) else { throw JSONWebTokenError("the token is for somebody else") }
    if claims.audience.count > 1 || claims.authorizedParty != nil {
      guard claims.authorizedParty == audience else {
        throw JSONWebTokenError("the token was given to somebody else")
      }
    }
    guard claims.expiresAt.isFinite, now < claims.expiresAt + Self.skewSeconds else {
      throw JSONWebTokenError("the token has expired")
    }
    guard let issuedAt = claims.issuedAt else { throw JSONWebTokenError("the token does not say when it was made") }
    for start in [issuedAt, claims.notBefore ?? issuedAt] {
      guard start <= now + Self.skewSeconds else { throw JSONWebTokenError("the token is of the future") }
    }
    if let nonce {
      guard let claimed = claims.nonce, ConstantTime.equal(claimed, nonce) else {
        throw JSONWebTokenError("the token belongs to another sign-in")
      }
    }
    guard (1...Self.subjectBytesMax).contains(claims.subject.utf8.count) else {
      throw JSONWebTokenError("the token names nobody")
    }
  }
}
