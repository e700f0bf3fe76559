import Testing

@testable import Storage

@Suite struct EphemeralEventsTests {
  let fixture: RealtimeFixture

  init() throws { fixture = try RealtimeFixture() }

  func make(
    _ type: String, channel: ChannelID? = nil, direct: DirectConversationID? = nil, workspace: WorkspaceID? = nil,
    payload: [String: JSONValue] = [:], by caller: Caller? = nil
  ) throws -> Event {
    let draft = EphemeralEvents.Draft(
      workspaceID: workspace ?? fixture.workspace, channelID: channel, directConversationID: direct, type: type,
      payload: payload)
    return try fixture.read { db in
      try EphemeralEvents.make(
        draft, by: caller ?? fixture.person(fixture.owner), id: fixture.ids.make(.ephemeral), now: .now(), db)
    }
  }

  func refusal(_ body: () throws -> Event) -> StoreError.Kind? {
    do {
      _ = try body()
      return nil
    } catch let error as StoreError {
      return error.kind
    } catch {
      return nil
    }
  }

  @Test func theServerSaysWhoAndWhere() throws {
    let event = try make(
      "typing.stopped", channel: fixture.general,
      payload: [
        "x": .integer(1), "user_id": .string("usr_forged"), "channel_id": .string("chn_forged"),
        "direct_conversation_id": .string("dm_forged"),
      ])
    #expect(event.payload == #"{"channel_id":"\#(fixture.general)","user_id":"\#(fixture.owner)","x":1}"#)
    #expect(event.cursor.isEmpty)
    #expect(event.id.hasPrefix("eph_"))
    #expect(event.audience == .channel)
  }

  @Test func goesToThoseWhoMaySeeTheTarget() throws {
    let conversation = try fixture.direct([fixture.owner, fixture.alice])
    let event = try make("typing.started", direct: conversation)
    #expect(event.audience == .direct([fixture.owner, fixture.alice].sorted()))
    #expect(try make("presence.changed", payload: ["status": .string("away")]).audience == .workspace)
    #expect(
      refusal { try make("typing.started", direct: conversation, by: fixture.person(fixture.guest)) } == .notFound)
  }

  @Test func refusesWhatMakesNoSense() {
    #expect(refusal { try make("typing.started") } == .invalid)
    #expect(refusal { try make("typing.started", channel: fixture.general, direct: "dm_x") } == .invalid)
    #expect(refusal { try make("message.created", channel: fixture.general) } == .invalid)
    #expect(refusal { try make("", channel: fixture.general) } == .invalid)
    #expect(refusal { try make("typing.started", channel: "chn_nope") } == .notFound)
    #expect(refusal { try make("typing.started", channel: fixture.general, workspace: "wsp_nope") } == .notFound)
    let outsider = fixture.person(fixture.outsider)
    #expect(refusal { try make("typing.started", channel: fixture.general, by: outsider) } == .notFound)
    let large: [String: JSONValue] = ["x": .string(String(repeating: "x", count: EphemeralEvents.payloadBytesMax))]
    #expect(refusal { try make("presence.changed", payload: large) } == .tooLarge)
  }

  @Test func onlyAgentsThatMayWriteTellTheirProgress() {
    #expect(refusal { try make("agent.progress", channel: fixture.general) } == .forbidden)
    let writer = fixture.bot(fixture.alice, ["messages:write"])
    #expect(refusal { try make("agent.progress", channel: fixture.general, by: writer) } == nil)
    #expect(refusal { try make("typing.started", channel: fixture.general, by: writer) } == nil)
    let reader = fixture.bot(fixture.alice, ["agent_activity:write", "dms:write"])
    #expect(refusal { try make("agent.progress", channel: fixture.general, by: reader) } == .forbidden)
    #expect(refusal { try make("typing.started", channel: fixture.general, by: reader) } == .forbidden)
  }

  @Test func timeoutsSilence() throws {
    try fixture.write { tx in
      try tx.db.execute(
        "UPDATE workspace_members SET timeout_until = ?1 WHERE user_id = ?2",
        [.text(tx.now.adding(seconds: 60).text), .text(fixture.alice)])
    }
    let alice = fixture.person(fixture.alice)
    #expect(refusal { try make("typing.started", channel: fixture.general, by: alice) } == .forbidden)
  }
}
