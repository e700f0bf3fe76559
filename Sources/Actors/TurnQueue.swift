import Storage

/// What waits for people who take turns: however much one of them asks for, the next person is served after one thing of
/// everybody else's. Each person's own things keep their order.
struct TurnQueue<Element: Sendable>: Sendable {
  private var own: [UserID: FIFO<Element>] = [:]
  /// The people for whom something waits, the next one first.
  private var turns = FIFO<UserID>()
  private(set) var count = 0

  var isEmpty: Bool { count == 0 }

  /// How much waits for a person.
  func count(of person: UserID) -> Int { own[person]?.count ?? 0 }

  /// Whether something waits for one of some people.
  func contains(where isOne: (UserID) -> Bool) -> Bool { turns.contains(where: isOne) }

  mutating func append(_ element: Element, for person: UserID) {
    if own[person] == nil { turns.append(person) }
    own[person, default: FIFO()].append(element)
    count += 1
  }

  /// Takes what is next, for one of the people who may have something now.
  mutating func pop(where mayHave: (UserID) -> Bool = { _ in true }) -> (person: UserID, element: Element)? {
    guard let person = turns.pop(where: mayHave), let element = own[person]?.pop() else { return nil }
    count -= 1
    if own[person]?.isEmpty == false { turns.append(person) } else { own[person] = nil }
    return (person, element)
  }

  /// Takes a person's oldest thing that fits, out of turn.
  mutating func remove(for person: UserID, where fits: (Element) -> Bool) -> Element? {
    take(from: person) { $0.pop(where: fits) }
  }

  /// Takes the newest thing of whoever has the most that waits, if that is more than a number.
  mutating func removeNewestOfMost(beyond number: Int) -> Element? {
    guard let most = own.max(by: { $0.value.count < $1.value.count }), most.value.count > number else { return nil }
    return take(from: most.key) { $0.popLast() }
  }

  /// Takes the oldest things of each person as long as they fit.
  mutating func removeOldest(while fits: (Element) -> Bool) -> [Element] {
    var removed: [Element] = []
    for person in Array(own.keys) {
      while let oldest = own[person]?.first, fits(oldest), let element = take(from: person, { $0.pop() }) {
        removed.append(element)
      }
    }
    return removed
  }

  private mutating func take(from person: UserID, _ taking: (inout FIFO<Element>) -> Element?) -> Element? {
    guard own[person] != nil, let element = taking(&own[person, default: FIFO()]) else { return nil }
    count -= 1
    if own[person]?.isEmpty == true {
      own[person] = nil
      _ = turns.pop { $0 == person }
    }
    return element
  }
}
