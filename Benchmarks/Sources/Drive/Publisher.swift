/// Decides when the next message is published: as soon as the window allows, or by a fixed schedule.
final class Publisher {
  enum Pace {
    /// Keep this many messages in flight per topic; one is finished when every subscriber has it.
    case window(Int)
    /// Messages per second over all topics. Latency counts from the scheduled moment, so that a server that falls behind
    /// cannot hide it by slowing the generator down.
    case rate(Double)
  }

  private let board: Board
  private let sender: any MessageSender
  private let pace: Pace
  private var startedAt: UInt64 = 0
  private var scheduled: UInt64 = 0
  /// Messages published so far, per topic.
  private(set) var published: [UInt64]
  var isPaused = true

  init(board: Board, sender: any MessageSender, pace: Pace) {
    self.board = board
    self.sender = sender
    self.pace = pace
    published = Array(repeating: 0, count: board.topics.count)
  }

  func start(now: UInt64) {
    startedAt = now
    scheduled = 0
    isPaused = false
  }

  /// Publishes whatever is due.
  func pump(now: UInt64) {
    if !isPaused {
      switch pace {
      case .window(let window): fillWindows(window, now: now)
      case .rate(let rate): followSchedule(rate, now: now)
      }
    }
    sender.flush(now: now)
  }

  /// Nanoseconds until the next message is due; a long time when only an event can bring it on.
  func delay(now: UInt64) -> UInt64 {
    guard case .rate(let rate) = pace, !isPaused else { return .max }
    let due = dueTime(rate)
    return due > now ? due - now : 1_000_000
  }

  /// Messages that not every subscriber has received yet.
  func inFlight(_ topic: Int) -> UInt64 {
    let settled = board.topics[topic].completed.load(ordering: .acquiring) + sender.refused[topic]
    return published[topic] > settled ? published[topic] - settled : 0
  }

  var inFlightTotal: UInt64 { published.indices.reduce(0) { $0 + inFlight($1) } }

  private func fillWindows(_ window: Int, now: UInt64) {
    for topic in published.indices {
      while inFlight(topic) < UInt64(window), sender.hasRoom { publish(topic, at: now, now: now) }
    }
  }

  private func followSchedule(_ rate: Double, now: UInt64) {
    while sender.hasRoom {
      let due = dueTime(rate)
      let topic = Int(scheduled % UInt64(published.count))
      guard due <= now, inFlight(topic) < UInt64(board.ring / 2) else { return }
      publish(topic, at: due, now: now)
      scheduled += 1
    }
  }

  private func dueTime(_ rate: Double) -> UInt64 {
    startedAt + UInt64(Double(scheduled) * 1e9 / rate)
  }

  private func publish(_ topic: Int, at moment: UInt64, now: UInt64) {
    published[topic] += 1
    let number = published[topic]
    board.topics[topic].slot(number).publishedAt.store(moment, ordering: .relaxed)
    sender.send(number: number, topic: topic, now: now)
  }
}
