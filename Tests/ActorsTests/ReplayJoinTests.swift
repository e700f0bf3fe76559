import SeededRandom
import Testing

@testable import Actors

@Suite struct ReplayJoinTests {
  /// A log grows while it is replayed in pages; however the two interleave, the subscriber gets the log.
  @Test(arguments: (0..<200).map { _ in UInt64.random(in: 0...UInt64.max) })
  func everyInterleavingGivesTheLogInOrder(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let start = Int.random(in: 0...20, using: &random)
    let tail = start + Int.random(in: 0...40, using: &random)
    let end = tail + Int.random(in: 0...60, using: &random)
    let page = Int.random(in: 1...9, using: &random)
    var join = ReplayJoin<Int>(heldMax: 100)
    var output: [Int] = []
    var replayed = start
    var live = tail
    while join.state == .replaying || live < end {
      let mayReplay = join.state == .replaying
      if live < end, !mayReplay || Bool.random(using: &random) {
        switch join.live(live) {
        case .deliver: output.append(live)
        case .held: break
        case .overflow: Issue.record("seed \(seed): overflow within the bound")
        }
        live += 1
      } else if replayed < tail {
        let next = min(tail, replayed + page)
        output += replayed..<next
        replayed = next
      } else {
        output += join.finish()
      }
    }
    #expect(output == Array(start..<end), "seed \(seed)")
  }

  @Test func moreThanTheBoundIsNotHeld() {
    var join = ReplayJoin<Int>(heldMax: 2)
    #expect([join.live(1), join.live(2), join.live(3)] == [.held, .held, .overflow])
    #expect(join.finish() == [1, 2])
    #expect(join.live(4) == .deliver)
  }

  @Test func aLiveEventIsNotEvenMadeToBeHeld() {
    var join = ReplayJoin<Int>(heldMax: 1)
    var made = 0
    func event() -> Int {
      made += 1
      return made
    }
    #expect(join.live(event()) == .held)
    #expect(join.live(event()) == .overflow)
    #expect(join.finish() == [1])
    #expect(join.live(event()) == .deliver)
    #expect(made == 1)
  }
}
