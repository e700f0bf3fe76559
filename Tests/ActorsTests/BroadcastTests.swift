import Runtime
import Storage
import Testing

@testable import Actors

@Suite struct BroadcastTests {
  private func events(_ audiences: [Audience], formats: [WireFormat] = [.webSocket]) -> [EncodedEvent] {
    audiences.enumerated().map { EncodedEvent(.sample($0, audience: $1), formats: formats, encoder: LineEncoder()) }
  }

  private func text(_ frame: Frame?) -> String? {
    frame.map { frame in frame.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }
  }

  @Test func eventsForEveryMemberTravelAsOneFrame() {
    let broadcast = Broadcast(events([.workspace, .channel, .workspace]), formats: [.webSocket])
    #expect(text(broadcast.frameForMembers(.webSocket)) == "cur_00000000\ncur_00000001\ncur_00000002\n")
    #expect(broadcast.frameForMembers(.serverSentEvents) == nil)
  }

  @Test(arguments: [Audience.direct(["usr_1"]), .user("usr_1"), .moderators(about: "usr_1")])
  func oneRestrictedEventKeepsTheWholeBatchApart(audience: Audience) {
    for place in 0..<3 {
      var audiences = [Audience](repeating: .workspace, count: 3)
      audiences[place] = audience
      #expect(Broadcast(events(audiences), formats: [.webSocket]).frameForMembers(.webSocket) == nil)
    }
  }

  @Test func aSingleEventIsNotCopied() {
    let events = events([.workspace])
    let broadcast = Broadcast(events, formats: [.webSocket])
    #expect(broadcast.frameForMembers(.webSocket) === events[0].frame(.webSocket))
  }

  @Test func anotherLoopGetsFramesOfItsOwn() {
    let broadcast = Broadcast(events([.workspace, .channel]), formats: [.webSocket])
    let copy = broadcast.copied()
    #expect(copy.frameForMembers(.webSocket) !== broadcast.frameForMembers(.webSocket))
    #expect(text(copy.frameForMembers(.webSocket)) == text(broadcast.frameForMembers(.webSocket)))
  }
}
