extension API {
  /// The ways to sign in that this server offers.
  static let signInMethods: [Endpoint] = [
    Endpoint(.get, "/api/auth/methods", "listSignInMethods", access: .anyone, limit: .signIn) { request in
      let signIn = SignIn(request)
      let settings = request.services.settings
      return APIResponse.json { json in
        json.field("magic_link", settings.developmentMode || settings.mailsMagicLinks)
        json.field("password", settings.passwordsEnabled)
        json.field("passkey", PasskeyCeremonies(request).isAvailable)
        json.field("development", settings.developmentMode && signIn.provenance.isLocal)
        json.key("providers")
        json.array { json in
          for provider in request.services.identityProviders.all {
            json.object { json in
              json.field("id", provider.id)
              json.field("name", provider.name)
              json.field("start_url", provider.startPath)
            }
          }
        }
      }
      .with(header: "Cache-Control", "no-store")
    }
  ]
}
