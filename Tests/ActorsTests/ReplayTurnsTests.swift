import Testing

@testable import Actors

@Suite struct ReplayTurnsTests {
  private func enter(_ turns: ReplayTurns, _ number: Int, _ called: Shared<[Int]>) -> ReplayTurns.Ticket {
    turns.enter { called.update { $0.append(number) } }
  }

  @Test func othersWaitAndAreCalledInTheOrderInWhichTheyCame() {
    let turns = ReplayTurns(countMax: 2)
    let called = Shared<[Int]>([])
    let tickets = (0..<6).map { enter(turns, $0, called) }
    #expect(tickets.map { turns.hasCome($0) } == [true, true, false, false, false, false])
    #expect(turns.isAwaited)
    turns.leave(tickets[1])
    #expect(called.value == [2])
    #expect(tickets.map { turns.hasCome($0) } == [true, true, true, false, false, false])
    // One that no longer waits is left out and frees nothing.
    turns.leave(tickets[4])
    #expect(called.value == [2])
    turns.leave(tickets[0])
    turns.leave(tickets[2])
    #expect(called.value == [2, 3, 5])
    #expect(!turns.isAwaited)
    turns.leave(tickets[3])
    turns.leave(tickets[5])
    let later = (6..<9).map { enter(turns, $0, called) }
    #expect(later.map { turns.hasCome($0) } == [true, true, false])
    turns.leave(later[0])
    #expect(called.value == [2, 3, 5, 8])
  }

  @Test func thereAreNeverMoreThanTheBound() async {
    let turns = ReplayTurns(countMax: 3)
    let underWay = Shared((now: 0, most: 0))
    await withTaskGroup { group in
      for _ in 0..<8 {
        group.addTask {
          for _ in 0..<500 {
            let (called, continuation) = AsyncStream<Void>.makeStream()
            let ticket = turns.enter { continuation.finish() }
            if !turns.hasCome(ticket) { for await _ in called {} }
            underWay.update { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            await Task.yield()
            underWay.update { $0.now -= 1 }
            turns.leave(ticket)
          }
        }
      }
    }
    #expect(underWay.value.most == 3)
    #expect(!turns.isAwaited)
  }
}
