import SeededRandom
import Testing

@testable import Actors

@Suite struct TurnQueueTests {
  private func queue(_ things: [(String, Int)]) -> TurnQueue<Int> {
    things.reduce(into: TurnQueue()) { $0.append($1.1, for: $1.0) }
  }

  @Test func peopleTakeTurnsAndKeepTheirOrder() {
    var queue = queue([("a", 1), ("a", 2), ("a", 3), ("b", 4), ("c", 5), ("b", 6)])
    var served: [Int] = []
    while let next = queue.pop() { served.append(next.element) }
    #expect(served == [1, 4, 5, 2, 6, 3])
    #expect(queue.isEmpty)
  }

  @Test func whoMayHaveNothingKeepsTheirPlace() {
    var queue = queue([("a", 1), ("a", 2), ("b", 3), ("c", 4)])
    #expect(queue.pop { $0 != "a" }?.element == 3)
    #expect(queue.pop { $0 == "b" } == nil)
    #expect(queue.contains { $0 == "a" } && !queue.contains { $0 == "b" })
    #expect(queue.pop()?.element == 1)
    #expect(queue.pop()?.element == 4)
    #expect(queue.pop()?.element == 2)
  }

  @Test func theNewestOfWhoHasMostIsTaken() {
    var queue = queue([("a", 1), ("b", 2), ("b", 3), ("b", 4)])
    #expect(queue.removeNewestOfMost(beyond: 3) == nil)
    #expect(queue.removeNewestOfMost(beyond: 2) == 4)
    #expect(queue.count == 3 && queue.count(of: "b") == 2)
  }

  /// Against lists in which everything is looked for.
  @Test func itAgreesWithASimpleModel() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    var queue = TurnQueue<Int>()
    var turns: [String] = []
    var own: [String: [Int]] = [:]
    for number in 0..<20_000 {
      let person = "\(Int.random(in: 0..<6, using: &random))"
      switch Int.random(in: 0..<10, using: &random) {
      case 0..<4:
        queue.append(number, for: person)
        if own[person] == nil { turns.append(person) }
        own[person, default: []].append(number)
      case 4..<7:
        let next = turns.firstIndex { $0 >= person }.map { turns.remove(at: $0) }
        let expected = next.flatMap { own[$0]?.removeFirst() }
        if let next {
          if own[next]?.isEmpty == true { own[next] = nil } else { turns.append(next) }
        }
        #expect(queue.pop { $0 >= person }?.element == expected, "seed \(seed)")
      case 7..<9:
        let wanted = own[person]?.randomElement(using: &random) ?? -1
        #expect(queue.remove(for: person) { $0 == wanted } == (wanted < 0 ? nil : wanted), "seed \(seed)")
        own[person]?.removeAll { $0 == wanted }
      default:
        let removed = queue.removeOldest { $0 < number - 50 }
        let expected = own.values.flatMap { $0 }.filter { $0 < number - 50 }
        #expect(removed.sorted() == expected.sorted(), "seed \(seed)")
        own = own.mapValues { $0.filter { $0 >= number - 50 } }
      }
      own = own.filter { !$0.value.isEmpty }
      turns.removeAll { own[$0] == nil }
      #expect(queue.count == own.values.reduce(0) { $0 + $1.count }, "seed \(seed)")
    }
  }
}
