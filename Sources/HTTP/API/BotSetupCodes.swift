import Storage

extension API {
  /// The version of the answer to a claim, for the agents that read it.
  private static let setupContractVersion: Int64 = 1

  private struct CodeClaim: Decodable {
    let code: String?
  }

  /// Codes that set bots up.
  static let botSetupCodes: [Endpoint] = [
    Endpoint(
      .post, "/api/workspaces/{workspace_id}/bots/{bot_user_id}/setup-codes", "createWorkspaceBotSetupCode",
      access: .people
    ) { request in
      let caller = try request.caller
      let workspaceID = request.parameter("workspace_id")
      let bot = request.parameter("bot_user_id")
      let draft: BotSetupCodes.Draft = try request.decode()
      let code = try await request.services.store.write { tx in
        try BotSetupCodes.create(caller, bot: bot, in: workspaceID, draft, tx)
      }
      let base = request.baseURL
      return .json(201, capacity: 1_024) { json in
        json.key("setup_code")
        json.object { json in
          code.writeFields(to: &json)
          json.field("contract_version", setupContractVersion)
          json.field("claim_url", "\(base)/api/bot-setup-codes/claim")
          json.field("api_base_url", base)
        }
      }
      .with(header: "Cache-Control", "no-store")
    },
    Endpoint(.post, "/api/bot-setup-codes/claim", "claimBotSetupCode", access: .anyone, limit: .setupClaim) { request in
      let typed: CodeClaim = try request.decode()
      let claim = try await request.services.store.write { try BotSetupCodes.claim(typed.code ?? "", $0) }
      let base = request.baseURL
      return .json { json in
        json.field("token", claim.token.secret)
        json.key("bot")
        json.object { json in
          json.field("id", claim.bot.id)
          json.field("handle", claim.bot.handle)
          json.field("display_name", claim.bot.displayName)
        }
        json.key("workspace")
        json.object { json in
          json.field("id", claim.workspace.id)
          json.field("route_id", claim.workspace.routeID)
          json.field("slug", claim.workspace.slug)
          json.field("name", claim.workspace.name)
        }
        json.key("defaults")
        json.raw(claim.defaults)
        json.field("contract_version", setupContractVersion)
        json.field("api_base_url", base)
      }
      .with(header: "Cache-Control", "no-store")
    },
  ]
}
