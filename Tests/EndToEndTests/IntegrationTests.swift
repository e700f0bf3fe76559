import HTTP
import Storage
import Testing

extension EndToEnd {
  /// Bots and apps as the people of a workspace meet them.
  @Suite struct Integrations {
    private struct Bot {
      let id: UserID
      let token: String
    }

    private func bot(_ server: TestServer, _ place: TestServer.Place) throws -> Bot {
      let made = try server.client().call(
        .post, "/api/workspaces/\(place.workspace)/bots", json: "{\"display_name\":\"Bot\",\"scopes\":[\"bot:write\"]}")
      return Bot(id: made["bot"]["id"].text, token: made["bot_token"]["token"].text)
    }

    @Test func aBotThatGoesIsCutOffAndOthersAreTold() throws {
      let server = try TestServer()
      let place = try server.place()
      for removal in ["bot.deleted", "bot.membership_removed"] {
        let bot = try bot(server, place)
        let member = try WebSocketClient(port: server.port, workspace: place.workspace)
        let own = try WebSocketClient(port: server.port, workspace: place.workspace, token: bot.token)
        let streamed = try EventStreamClient(port: server.port, workspace: place.workspace, user: place.captain)
        // What is not in the log reaches only who follows already, so all of them must have heard something.
        let first = try server.client().post("hello", to: place.general)["event"]["cursor"].text
        for socket in [member, own] { _ = try socket.events { $0.cursor == first } }
        while try streamed.next()?.cursor != first {}
        _ = try HTTPClient(port: server.port, token: bot.token).call(
          .put, "/api/bots/self/commands", json: "{\"commands\":[{\"command\":\"x\",\"description\":\"X\"}]}")
        let path =
          removal == "bot.deleted"
          ? "/api/bots/\(bot.id)" : "/api/workspaces/\(place.workspace)/bots/\(bot.id)/membership"
        let answer = try server.client().request(.delete, path)
        #expect((200..<300).contains(answer.status))
        for type in ["bot_command.updated", removal] {
          let event = try member.expect(type)
          #expect(event.cursor.isEmpty)
          #expect(event.json["payload"]["bot_user_id"].text == bot.id)
          #expect(try streamed.next()?.type == type)
        }
        #expect(try own.ended().ending == .close(code: 1008))
        let menu = try server.client().call(.get, "/api/workspaces/\(place.workspace)/bot-commands")
        #expect(menu["bot_commands"].elements.isEmpty)
        // Nothing of it is in the log.
        let log = try server.client().call(.get, "/api/realtime/events?workspace_id=\(place.workspace)")
        #expect(log["events"].elements.allSatisfy { $0["type"].text == "message.created" })
      }
    }

    @Test func guessesOfSetupCodesAreCountedWhateverTheyAre() throws {
      let server = try TestServer()
      let client = try server.client()
      let path = "/api/bot-setup-codes/claim"
      let guesses = ["{\"code\":\"AAAA-BBBB-CCCC\"}", "{", "[]", "{}", "{\"code\":7}"]
      for number in 0..<10 {
        #expect([400, 404].contains(try client.request(.post, path, json: guesses[number % guesses.count]).status))
      }
      for guess in guesses { #expect(try client.request(.post, path, json: guess).status == 429) }
    }

    @Test func unencryptedAndPrivateCallbacksAreRefused() throws {
      let server = try TestServer()
      let place = try server.place()
      let bot = try bot(server, place)
      let urls = [
        "http://127.0.0.1:\(server.port)/", "https://127.0.0.1:\(server.port)/", "http://[::1]:\(server.port)/",
        "http://localhost:\(server.port)/", "http://169.254.169.254/", "http://0.0.0.0:\(server.port)/",
        "http://[::ffff:127.0.0.1]:\(server.port)/", "http://2130706433:\(server.port)/",
      ]
      for (number, url) in urls.enumerated() {
        _ = try server.client().call(
          .post, "/api/workspaces/\(place.workspace)/slash-commands",
          json: "{\"command\":\"c\(number)\",\"callback_url\":\"\(url)\",\"bot_user_id\":\"\(bot.id)\"}")
        let answer = try server.client().request(
          .post, "/api/hooks/slash/\(place.general)?command=/c\(number)&text=x")
        #expect(answer.status == 502, "\(url)")
        #expect(answer.text.contains("does not allow"), "\(url): \(answer.text)")
      }
      let messages = try server.client().call(.get, "/api/channels/\(place.general)/messages")
      #expect(messages["messages"].elements.isEmpty)
    }
  }
}
