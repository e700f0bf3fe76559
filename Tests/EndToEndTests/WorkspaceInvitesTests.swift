import HTTP
import Storage
import Testing

extension EndToEnd {
  /// Links by which people join a workspace.
  @Suite struct WorkspaceInviteLinks {
    @Test func aLinkIsMadeSeenUsedAndRevoked() throws {
      let server = try TestServer(flags: ["--public-url", "https://chat.example.test"])
      let place = try server.place()
      let captain = try server.client()
      let newcomer = try server.makeUser("new", role: nil, in: place.workspace)
      let made = try captain.call(.post, "/api/workspaces/\(place.workspace)/invites", json: "{\"max_uses\":2}")
      let token = made["token"].text
      #expect(made["url"].text == "https://chat.example.test/app/join#\(token)")
      #expect(made["invite"]["uses"].integer == 0)
      let preview = try server.client(user: newcomer).call(
        .post, "/api/invites/preview", json: "{\"token\":\"\(token)\"}")
      #expect(preview["role"].text == "member")
      #expect(!preview["workspace"]["name"].text.isEmpty)
      let accept = "{\"token\":\"\(token)\"}"
      for _ in 0..<2 {
        let joined = try server.client(user: newcomer).call(.post, "/api/invites/accept", json: accept)
        #expect(joined["workspace"]["id"].text == place.workspace)
      }
      let listed = try captain.request(.get, "/api/workspaces/\(place.workspace)/invites")
      #expect(try listed.json()["invites"].elements.first?["uses"].integer == 1)
      #expect(!listed.text.contains(token))
      #expect(
        try server.client(user: newcomer).request(.get, "/api/workspaces/\(place.workspace)/invites").status == 403)
      let id = made["invite"]["id"].text
      let revoked = try captain.call(.post, "/api/workspaces/\(place.workspace)/invites/\(id)/revoke", json: "{}")
      #expect(!revoked["invite"]["revoked_at"].text.isEmpty)
      for path in ["preview", "accept"] {
        let real = try server.client(user: newcomer).request(.post, "/api/invites/\(path)", json: accept)
        let unknown = try server.client(user: newcomer).request(
          .post, "/api/invites/\(path)", json: "{\"token\":\"tok_unknown\"}")
        #expect(real.status == 404 && real.text == unknown.text)
      }
    }

    @Test func asManyJoinAsTheLinkAllowsHoweverManyTryAtOnce() throws {
      let server = try TestServer()
      let place = try server.place()
      let people = try (0..<12).map { try server.makeUser("p\($0)", role: nil, in: place.workspace) }
      let token = try server.client().call(
        .post, "/api/workspaces/\(place.workspace)/invites", json: "{\"max_uses\":5}")["token"].text
      // All ask before the first answer is read.
      let clients = try people.map { try server.client(user: $0) }
      for client in clients {
        try client.socket.send(client.bytes(.post, "/api/invites/accept", json: "{\"token\":\"\(token)\"}"))
      }
      let statuses = try clients.map { try $0.receive(answering: .post).status }
      #expect(statuses.filter { $0 == 200 }.count == 5)
      #expect(statuses.filter { $0 == 404 }.count == 7)
      let invites = try server.client().call(.get, "/api/workspaces/\(place.workspace)/invites")["invites"].elements
      #expect(invites.first?["uses"].integer == 5)
      let members = try server.client().call(.get, "/api/workspaces/\(place.workspace)/members")
      #expect(members["total_count"].integer == 6)
    }
  }
}
