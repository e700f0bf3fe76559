import Storage

extension InterleavedRun {
  /// Compares what a client saw with what it was to see.
  func check(_ client: ObservedClient) {
    let followings = client.followings
    for (index, following) in followings.enumerated() {
      let isLast = index == followings.count - 1
      let problems = Comparison(self, client, following, isOpen: isLast && following.floorAtEnd.isEmpty).problems
      for problem in problems {
        history.fail(
          """
          \(client.name), connection \(index), after \(following.start.isEmpty ? "nothing" : following.start), \
          ended with \(following.endCode ?? 0): \(problem); it got \(following.lines)
          """)
      }
    }
  }
}

/// One connection against the history.
private struct Comparison {
  private(set) var problems: [String] = []
  private let run: InterleavedRun
  private let user: UserID
  private let following: Following
  /// The last commit that was announced when it came, and the last one when it was live or ended.
  private let known: Int
  private let settled: Int
  /// Whether it is to have everything.
  private let isLive: Bool

  init(_ run: InterleavedRun, _ client: ObservedClient, _ following: Following, isOpen: Bool) {
    self.run = run
    self.following = following
    user = client.caller.userID
    let announced = run.history.log.prefix(following.announcedAtStart)
    known = announced.last?.commit ?? 0
    settled = following.settled.moment?.commit ?? .max
    isLive = isOpen && !following.wasLeft && following.endCode == nil
    let floor = following.floorAtEnd.isEmpty ? run.history.floor : following.floorAtEnd
    let expected = run.history.log.filter { $0.cursor > following.start }
      .map { (cursor: $0.cursor, verdict: verdict($0)) }.filter { $0.verdict != .never }
    checkEvents(expected, floor)
    if isLive, following.settled.moment == nil { problems.append("it was never settled") }
    if isLive, standings(from: .max, through: .max) == [nil] { problems.append("the removed member was not told") }
    let required = announced.filter { $0.cursor > following.start && $0.cursor >= floor && verdict($0) == .must }
    checkEnd(isOpen: isOpen, expected: expected.count, required: required.count, floor)
    checkEphemerals()
  }

  private enum Verdict { case must, may, never }

  private func standings(from first: Int, through last: Int) -> [Standing?] {
    run.history.standings(of: user, from: first, through: last)
  }

  /// A live event is for whoever is entitled after its commit; a page of a replay for whoever is while it is made.
  private func verdict(_ entry: History.Entry) -> Verdict {
    let first = max(entry.commit, known, following.replay.commitsInEffect[entry.cursor] ?? 0)
    // What another process changed is read again some time later, and events wait for that.
    let last = run.history.hasForeign ? .max : max(first, settled)
    let answers = standings(from: first, through: last).map { entry.isVisible(to: user, $0, in: run.history.place) }
    return answers.contains(true) ? answers.contains(false) ? .may : .must : .never
  }

  /// Order, gaps, repeats. What was pruned meanwhile may be missing only where no cursor was given.
  private mutating func checkEvents(_ expected: [(cursor: Cursor, verdict: Verdict)], _ floor: Cursor) {
    let isFromTheStart = following.start.isEmpty
    var rest = expected[...]
    func missing(from skipped: ArraySlice<(cursor: Cursor, verdict: Verdict)>, isFirst: Bool) -> [Cursor] {
      skipped.filter { $0.verdict == .must && !(isFirst && isFromTheStart && $0.cursor < floor) }.map(\.cursor)
    }
    for (index, cursor) in following.cursors.enumerated() {
      let skipped = rest.prefix { $0.cursor != cursor }
      guard skipped.count < rest.count else {
        problems.append("\(cursor) is not for it, or came twice or too late")
        return
      }
      let missing = missing(from: skipped, isFirst: index == 0)
      if !missing.isEmpty { problems.append("\(missing) are missing before \(cursor)") }
      rest = rest.dropFirst(skipped.count + 1)
    }
    let missing = missing(from: rest, isFirst: following.cursors.isEmpty)
    if isLive, !missing.isEmpty { problems.append("\(missing) did not arrive") }
  }

  /// How it ended. What was not announced when it came is not part of a replay.
  private mutating func checkEnd(isOpen: Bool, expected: Int, required: Int, _ floor: Cursor) {
    let log = run.history.log
    let start = following.start
    let limits = run.plan.realtime
    func isBeyond(_ log: some Sequence<History.Entry>, _ standing: Standing?) -> Bool {
      !start.isEmpty && !log.contains { $0.cursor >= start && $0.isVisible(to: user, standing, in: run.history.place) }
    }
    let meanwhile = standings(from: known, through: run.history.hasForeign ? .max : settled)
    let mayBeBeyond = meanwhile.contains { isBeyond(log, $0) || isBeyond(log.prefix(following.logAtStart), $0) }
    let isUnheardOf = start == "cur_neverheardof"
    let recent = log.prefix(following.announcedAtStart).suffix(limits.ringEventsMax)
    let wasPruned = !start.isEmpty && start < following.floorAtStart && !recent.contains { $0.cursor == start }
    let isPruned = start.isEmpty ? following.floorAtStart != floor : start < floor
    switch following.endCode {
    case 4001:
      if !isUnheardOf, !mayBeBeyond, expected <= limits.replayEventsMax, !isPruned {
        problems.append("nothing required a resync")
      }
    case 1013: if !run.plan.maySlow { problems.append("it was not slow") }
    case 1008: if !standings(from: known, through: .max).contains(nil) { problems.append("it was allowed") }
    case nil:
      if !following.wasLeft, !isOpen { problems.append("it was cut off without a word") }
      let isBeyond = meanwhile.allSatisfy { isBeyond(log, $0) }
      if isLive, isUnheardOf || isBeyond || required > limits.replayEventsMax || wasPruned {
        problems.append("a resync was required")
      }
    default: problems.append("the server failed")
    }
  }

  private mutating func checkEphemerals() {
    let standings = standings(from: known, through: .max)
    func sees(_ publisher: String) -> [Bool] {
      standings.map { standing in
        guard let standing, standing.rank >= 1 else { return false }
        return standing.isInside || !publisher.hasPrefix("private")
      }
    }
    var last: [String: Int] = [:]
    for line in following.lines where line.hasPrefix("~") {
      let words = line.dropFirst().split(separator: " ")
      guard words.count == 2, let number = Int(words[1]) else {
        problems.append("\(line) is broken")
        continue
      }
      let publisher = String(words[0])
      let sees = sees(publisher)
      if !sees.contains(true) { problems.append("\(line) is not for it") }
      if let before = last[publisher], sees.contains(false) ? number <= before : number != before + 1 {
        problems.append("\(line) follows \(before)")
      }
      last[publisher] = number
    }
    guard isLive, let before = following.settled.moment?.ephemerals else { return }
    for (publisher, count) in run.history.ephemerals where count > before[publisher, default: 0] {
      if !sees(publisher).contains(false), last[publisher] != count {
        problems.append("of \(count) ephemeral events of \(publisher) it has \(last)")
      }
    }
  }
}
