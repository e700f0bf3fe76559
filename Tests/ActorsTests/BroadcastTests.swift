import Runtime
import Storage
import Testing

@testable import Actors

@Suite struct BroadcastTests {
  private func events(_ audiences: [Audience], formats: [WireFormat] = [.webSocket]) -> [EncodedEvent] {
    audiences.enumerated().map { EncodedEvent(.sample($0, audience: $1), formats: formats, encoder: LineEncoder()) }
  }

  private func viewer(_ role: Role) -> EventViewer { EventViewer(workspaceID: "wsp_1", userID: "usr_1", role: role) }

  private func text(_ frame: Frame?) -> String? {
    frame.map { frame in frame.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }
  }

  @Test func eventsForEveryMemberTravelAsOneFrame() {
    let broadcast = Broadcast(events([.workspace, .channel, .workspace]), formats: [.webSocket])
    for role in Role.allCases where role != .guest {
      #expect(
        text(broadcast.joinedFrame(.webSocket, for: viewer(role))) == "cur_00000000\ncur_00000001\ncur_00000002\n")
    }
    #expect(broadcast.joinedFrame(.serverSentEvents, for: viewer(.member)) == nil)
  }

  @Test func guestsAreLookedAtEventByEvent() {
    let broadcast = Broadcast(events([.workspace, .channel]), formats: [.webSocket])
    #expect(broadcast.joinedFrame(.webSocket, for: viewer(.guest)) == nil)
  }

  @Test(arguments: [Audience.direct(["usr_1"]), .user("usr_1"), .moderators(about: "usr_1")])
  func oneRestrictedEventKeepsTheWholeBatchApart(audience: Audience) {
    for place in 0..<3 {
      var audiences = [Audience](repeating: .workspace, count: 3)
      audiences[place] = audience
      let broadcast = Broadcast(events(audiences), formats: [.webSocket])
      for role in Role.allCases { #expect(broadcast.joinedFrame(.webSocket, for: viewer(role)) == nil) }
    }
  }

  @Test func aSingleEventNeedsNoJoining() {
    #expect(Broadcast(events([.workspace]), formats: [.webSocket]).joinedFrame(.webSocket, for: viewer(.member)) == nil)
  }
}
