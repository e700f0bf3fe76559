import Testing

@testable import Actors

@Suite struct ReplayTurnsTests {
  /// Each for a person of their own unless one is named.
  private func enter(
    _ turns: ReplayTurns, _ number: Int, _ called: Shared<[Int]>, of person: String? = nil
  ) -> ReplayTurns.Ticket {
    turns.enter(person ?? "\(number)") { called.update { $0.append(number) } }
  }

  @Test func othersWaitAndAreCalledInTheOrderInWhichTheyCame() {
    let turns = ReplayTurns(countMax: 2, perPersonMax: 2)
    let called = Shared<[Int]>([])
    let tickets = (0..<6).map { enter(turns, $0, called) }
    #expect(tickets.map { turns.hasCome($0) } == [true, true, false, false, false, false])
    #expect(turns.isAwaited(tickets[0]))
    turns.leave(tickets[1])
    #expect(called.value == [2])
    #expect(tickets.map { turns.hasCome($0) } == [true, true, true, false, false, false])
    // One that no longer waits is left out and frees nothing.
    turns.leave(tickets[4])
    #expect(called.value == [2])
    turns.leave(tickets[0])
    turns.leave(tickets[2])
    #expect(called.value == [2, 3, 5])
    #expect(!turns.isAwaited(tickets[3]))
    turns.leave(tickets[3])
    turns.leave(tickets[5])
    let later = (6..<9).map { enter(turns, $0, called) }
    #expect(later.map { turns.hasCome($0) } == [true, true, false])
    turns.leave(later[0])
    #expect(called.value == [2, 3, 5, 8])
  }

  @Test func thereAreNeverMoreThanTheBound() async {
    let turns = ReplayTurns(countMax: 3, perPersonMax: 3)
    let underWay = Shared((now: 0, most: 0))
    await withTaskGroup { group in
      for person in 0..<8 {
        group.addTask {
          for _ in 0..<500 {
            let (called, continuation) = AsyncStream<Void>.makeStream()
            let ticket = turns.enter("\(person % 3)") { continuation.finish() }
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
    let last = enter(turns, 0, Shared([]))
    #expect(turns.hasCome(last) && !turns.isAwaited(last))
  }

  @Test func onePersonHasNoMoreThanTheirShareAndPeopleTakeTurns() {
    let turns = ReplayTurns(countMax: 4, perPersonMax: 3)
    let called = Shared<[Int]>([])
    // No more than half, whatever is asked for.
    let eager = (0..<6).map { enter(turns, $0, called, of: "eager") }
    #expect(eager.map { turns.hasCome($0) } == [true, true, false, false, false, false])
    let others = (6..<10).map { enter(turns, $0, called, of: $0 == 9 ? "b" : "a") }
    #expect(others.map { turns.hasCome($0) } == [true, true, false, false])
    // Who waits for their own turns makes nobody else's shorter.
    #expect(turns.isAwaited(eager[0]) && turns.isAwaited(others[0]))
    turns.leave(others[3])
    turns.leave(others[2])
    #expect(turns.isAwaited(eager[0]) && !turns.isAwaited(others[0]))
    turns.leave(others[0])
    #expect(called.value == [])
    let bob = enter(turns, 10, called, of: "bob")
    #expect(turns.hasCome(bob))
    let late = (11..<13).map { enter(turns, $0, called, of: "carol") }
    turns.leave(eager[0])
    #expect(called.value == [2])
    turns.leave(others[1])
    turns.leave(bob)
    #expect(called.value == [2, 11, 12])
    turns.leave(late[0])
    #expect(called.value == [2, 11, 12])
    turns.leave(eager[1])
    turns.leave(eager[2])
    #expect(called.value == [2, 11, 12, 3, 4])
  }
}
