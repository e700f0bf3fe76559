import Synchronization

/// One generator loop of a delivery run: its poller and its share of the subscribers. Used on one thread.
final class DeliveryLoop {
  let poller: Poller
  let subscribers: SubscriberSet<DeliverySink>
  let topicOfSubscriber: [Int]
  private let board: Board
  private var phase = Board.Phase.connecting
  private var isSettled = false
  private var reported: UInt64 = 0

  init(plan: DeliveryRun.Plan, board: Board, index: Int) throws {
    self.board = board
    var plans: [SubscriberSet<DeliverySink>.Plan] = []
    for client in 0..<plan.subscribers {
      let place = Board.place(of: client, topics: plan.paths.count, loops: plan.loops)
      guard place.loop == index else { continue }
      plans.append(.init(client: client, topic: place.topic, path: plan.paths[place.topic]))
    }
    topicOfSubscriber = plans.map(\.topic)
    poller = try Poller()
    subscribers = SubscriberSet(
      poller: poller, target: plan.target, address: plan.address,
      sink: DeliverySink(board: board, matching: plan.matching, topicOfSubscriber: topicOfSubscriber))
    subscribers.open(plans)
  }

  /// Waits for events and handles them. The publisher is told as soon as a message is complete, not at the end of the
  /// turn: with one message in flight the server would idle meanwhile.
  func turn(timeout: UInt64, publisher: Publisher? = nil, sender: (any MessageSender)? = nil) {
    turn(timeout: timeout, publisher: publisher) { tag, isWritable, isReadable, now in
      sender?.handle(tag: tag, isWritable: isWritable, isReadable: isReadable, now: now)
    }
  }

  func turn(
    timeout: UInt64, publisher: Publisher? = nil, otherEvent: (UInt64, Bool, Bool, UInt64) -> Void
  ) {
    enterPhase()
    let count = poller.wait(nanoseconds: timeout)
    for index in 0..<count {
      let event = poller.event(at: index)
      let now = Clock.now()
      guard event.tag < HTTPPool.tagBase else {
        otherEvent(event.tag, event.isWritable, event.isReadable, now)
        continue
      }
      subscribers.handle(Int(event.tag), isWritable: event.isWritable, isReadable: event.isReadable, now: now)
      if subscribers.sink.hasCompletions {
        subscribers.sink.hasCompletions = false
        publisher?.pump(now: Clock.now())
      }
    }
    publisher?.pump(now: Clock.now())
    if !isSettled, subscribers.isSettled {
      isSettled = true
      board.settledLoops.add(1, ordering: .releasing)
    }
    let deliveries = subscribers.sink.deliveries
    board.deliveries.add(deliveries &- reported, ordering: .relaxed)
    reported = deliveries
  }

  /// Follows the run into its next phase.
  func enterPhase() {
    let current = board.phase
    guard current != phase else { return }
    phase = current
    if current == .measuring {
      subscribers.sink.startMeasuring()
      reported = 0
    }
  }
}
