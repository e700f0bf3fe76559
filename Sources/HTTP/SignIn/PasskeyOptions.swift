import Storage

/// Asks a browser for a new passkey: `PublicKeyCredentialCreationOptionsJSON` (WebAuthn Level 3, section 5.4).
struct PasskeyCreationOptions: JSONWritable {
  let challenge: PasskeyChallenge
  let settings: PasskeySettings
  /// What authenticators show beside the passkey.
  let userName: String
  let displayName: String
  /// Passkeys that the person has already.
  var excluded: [PasskeyDescriptor] = []

  func write(to json: inout JSONWriter) {
    json.object { json in
      json.key("rp")
      json.object { json in
        json.field("id", challenge.relyingParty.id)
        json.field("name", "ClickClack")
      }
      json.key("user")
      json.object { json in
        json.field("id", Base64URL.encode(challenge.userHandle))
        json.field("name", userName)
        json.field("displayName", displayName)
      }
      json.field("challenge", Base64URL.encode(challenge.bytes))
      json.key("pubKeyCredParams")
      json.array { json in
        for algorithm in CredentialKey.Algorithm.allCases {
          json.object { json in
            json.field("type", "public-key")
            json.field("alg", algorithm.rawValue)
          }
        }
      }
      json.field("timeout", settings.challengeSeconds * 1_000)
      json.key("excludeCredentials")
      json.array { json in
        for descriptor in excluded {
          json.object { json in
            json.field("type", "public-key")
            json.field("id", Base64URL.encode(descriptor.credentialID))
            if !descriptor.transports.isEmpty { json.field("transports", descriptor.transports) }
          }
        }
      }
      json.key("authenticatorSelection")
      json.object { json in
        // The authenticator keeps it and finds it without a name typed in.
        json.field("residentKey", "required")
        json.field("requireResidentKey", true)
        json.field("userVerification", settings.verification.rawValue)
      }
      json.field("attestation", "none")
    }
  }
}

/// Asks a browser for a passkey to sign in with: `PublicKeyCredentialRequestOptionsJSON` (WebAuthn Level 3, section 5.5).
/// The list of allowed ones is empty: whoever asks is not known yet.
struct PasskeyRequestOptions: JSONWritable {
  let challenge: PasskeyChallenge
  let settings: PasskeySettings

  func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("challenge", Base64URL.encode(challenge.bytes))
      json.field("timeout", settings.challengeSeconds * 1_000)
      json.field("rpId", challenge.relyingParty.id)
      json.field("allowCredentials", [String]())
      json.field("userVerification", settings.verification.rawValue)
    }
  }
}
