import Storage

/// What a token says about a person (RFC 7519, section 4.1; OpenID Connect Core 1.0, sections 2 and 5.1).
struct TokenClaims: Sendable, Equatable, Decodable {
  /// Who made it.
  let issuer: String
  /// Names the person at the issuer; never given to somebody else there.
  let subject: String
  /// For whom it is.
  let audience: [String]
  /// To whom it was given, where that may differ.
  let authorizedParty: String?
  /// Until when it is good, in seconds of Unix time.
  let expiresAt: Double
  /// When it was made, in seconds of Unix time.
  let issuedAt: Double?
  /// From when on it is good, in seconds of Unix time.
  let notBefore: Double?
  /// Ties it to one sign-in.
  let nonce: String?
  /// The person's address and name.
  let person: PersonClaims

  enum CodingKeys: String, CodingKey {
    case issuer = "iss"
    case subject = "sub"
    case audience = "aud"
    case authorizedParty = "azp"
    case expiresAt = "exp"
    case issuedAt = "iat"
    case notBefore = "nbf"
    case nonce
  }

  /// Reads the claims that matter; one that is missing or of the wrong type is an error.
  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    issuer = try fields.decode(String.self, forKey: .issuer)
    subject = try fields.decode(String.self, forKey: .subject)
    if let one = try? fields.decode(String.self, forKey: .audience) {
      audience = [one]
    } else {
      audience = try fields.decode([String].self, forKey: .audience)
    }
    authorizedParty = try fields.decodeIfPresent(String.self, forKey: .authorizedParty)
    expiresAt = try fields.decode(Double.self, forKey: .expiresAt)
    issuedAt = try fields.decodeIfPresent(Double.self, forKey: .issuedAt)
    notBefore = try fields.decodeIfPresent(Double.self, forKey: .notBefore)
    nonce = try fields.decodeIfPresent(String.self, forKey: .nonce)
    person = try PersonClaims(from: decoder)
  }

  /// Reads a verified token's payload.
  /// - Throws: `JSONWebTokenError`.
  init(parsing payload: [UInt8]) throws(JSONWebTokenError) {
    do {
      self = try JSONText.decode(TokenClaims.self, from: payload)
    } catch {
      throw JSONWebTokenError("the token's claims are malformed")
    }
  }
}

/// A person's address and name, in a token or as an issuer's user information (OpenID Connect Core 1.0, section 5.1).
struct PersonClaims: Sendable, Equatable, Decodable {
  /// Names the person at the issuer.
  let subject: String?
  /// The e-mail address.
  let email: String?
  /// Whether the issuer knows that the address is the person's; nil when it does not say.
  let isEmailVerified: Bool?
  /// The full name.
  let name: String?
  /// The name that the person signs in with.
  let preferredUsername: String?

  enum CodingKeys: String, CodingKey {
    case subject = "sub"
    case email
    case isEmailVerified = "email_verified"
    case name
    case preferredUsername = "preferred_username"
  }

  /// Reads the claims; what has the wrong type counts as absent, except the flag, which some issuers write as text.
  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    func text(_ key: CodingKeys) -> String? { try? fields.decodeIfPresent(String.self, forKey: key) }
    subject = text(.subject)
    email = text(.email)
    name = text(.name)
    preferredUsername = text(.preferredUsername)
    if let flag = try? fields.decode(Bool.self, forKey: .isEmailVerified) {
      isEmailVerified = flag
    } else {
      isEmailVerified = text(.isEmailVerified).map { $0 == "true" }
    }
  }

  /// What the person is called, as far as the issuer says.
  var displayName: String? {
    [name, preferredUsername].compactMap { $0 }.first { !$0.isEmpty }
  }
}
