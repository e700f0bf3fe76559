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

  init(_ run: InterleavedRun, _ client: ObservedClient, _ following: Following, isOpen: Bool) {
    let log = run.history.log
    let floor = run.history.floor
    let floorAtEnd = following.floorAtEnd.isEmpty ? floor : following.floorAtEnd
    let start = following.start
    let isLive = isOpen && !following.wasLeft && following.endCode == nil
    let removal = client.name == "removable" ? run.history.removal : nil
    let all = log.filter { $0.isVisible(to: client.caller.userID, rank: client.rank) }
    let visible = all.filter { $0.cursor > start && $0.commit < removal ?? .max }.map(\.cursor)
    let got = following.cursors

    // Order, gaps, repeats. What was pruned meanwhile may be missing only where no cursor was given.
    var expected = visible[...]
    if start.isEmpty, let first = got.first {
      expected = expected.drop { $0 < first }
      if let skipped = visible.last(where: { $0 < first }), skipped >= floorAtEnd {
        problems.append("\(skipped) is missing")
      }
    }
    if Array(expected.prefix(got.count)) != got {
      problems.append("the events are not \(Array(expected.prefix(got.count)))")
    }
    let isComplete =
      got.isEmpty ? expected.allSatisfy { start.isEmpty && $0 < floorAtEnd } : got.count == expected.count
    if isLive, !isComplete { problems.append("not all of \(Array(expected)) arrived") }
    if isLive, removal != nil { problems.append("the removed member was not told") }
    let wasSettled = following.settled.ephemerals.withLock { $0 } != nil
    if isLive, !wasSettled { problems.append("it was never settled") }

    // How it ended. What was not announced when it came is not part of a replay.
    let announced = log.prefix(following.announcedAtStart)
    let isUnheardOf = start == "cur_neverheardof"
    let isBeyond = !start.isEmpty && !all.contains { $0.cursor >= start }
    let wasBeyond =
      !start.isEmpty
      && !all.prefix { $0.cursor <= log.prefix(following.logAtStart).last?.cursor ?? "" }
        .contains { $0.cursor >= start }
    let isTooMuch = visible.count > run.plan.realtime.replayEventsMax
    let wasTooMuch =
      announced.filter {
        $0.cursor > start && $0.cursor >= floorAtEnd && $0.isVisible(to: client.caller.userID, rank: client.rank)
      }.count > run.plan.realtime.replayEventsMax
    let recent = announced.suffix(run.plan.realtime.ringEventsMax)
    let wasPruned = !start.isEmpty && start < following.floorAtStart && !recent.contains { $0.cursor == start }
    let isPruned = start.isEmpty ? following.floorAtStart != floorAtEnd : start < floorAtEnd
    switch following.endCode {
    case 4001:
      if !isUnheardOf, !isBeyond, !wasBeyond, !isTooMuch, !isPruned { problems.append("nothing required a resync") }
    case 1013: if !run.plan.maySlow { problems.append("it was not slow") }
    case 1008: if removal == nil { problems.append("it was allowed") }
    case nil:
      if !following.wasLeft, !isOpen { problems.append("it was cut off without a word") }
      if isLive, isUnheardOf || isBeyond || wasTooMuch || wasPruned { problems.append("a resync was required") }
    default: problems.append("the server failed")
    }
    checkEphemerals(run, client, following, isLive: isLive)
  }

  private mutating func checkEphemerals(
    _ run: InterleavedRun, _ client: ObservedClient, _ following: Following, isLive: Bool
  ) {
    var last: [String: Int] = [:]
    let published = run.history.ephemerals
    for line in following.lines where line.hasPrefix("~") {
      let words = line.dropFirst().split(separator: " ")
      guard words.count == 2, let number = Int(words[1]) else {
        problems.append("\(line) is broken")
        continue
      }
      let publisher = String(words[0])
      if let before = last[publisher], number != before + 1 { problems.append("\(line) follows \(before)") }
      last[publisher] = number
    }
    guard client.rank >= 1, isLive, let before = following.settled.ephemerals.withLock({ $0 }) else { return }
    for (publisher, count) in published where count > before[publisher, default: 0] {
      if last[publisher] != count { problems.append("of \(count) ephemeral events of \(publisher) it has \(last)") }
    }
  }
}
