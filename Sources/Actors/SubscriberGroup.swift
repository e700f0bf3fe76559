import Runtime
import Storage

/// The subscribers of one workspace whose connections live on one loop. Isolated to that loop, so a broadcast crosses
/// threads once per loop and never once per subscriber.
actor SubscriberGroup {
  nonisolated let loop: EventLoop
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  /// What a broadcast needs of a subscriber, side by side in memory: for a thousand subscribers the time goes into
  /// fetching what is scattered.
  private struct Entry {
    let connection: TCPConnection
    let subscription: Subscription
    let format: WireFormat
    /// Whether it is live and may see every event that is for all members.
    var isOrdinary: Bool
  }

  private var entries: [Entry] = []

  private let counters: RealtimeCounters

  init(loop: EventLoop, counters: RealtimeCounters) {
    self.loop = loop
    self.counters = counters
  }

  /// Runs work on the group, in the order of the calls, from any thread.
  nonisolated func submit(_ work: @escaping @Sendable (isolated SubscriberGroup) -> Void) {
    loop.submit { self.assumeIsolated { work($0) } }
  }

  /// Takes a subscriber in. Both live on this loop.
  func add(_ subscription: Subscription) {
    let index = entries.count
    entries.append(
      Entry(
        connection: subscription.connection, subscription: subscription, format: subscription.format,
        isOrdinary: subscription.assumeIsolated { $0.isOrdinary }))
    subscription.assumeIsolated { $0.place = Subscription.Place(group: self, index: index) }
  }

  /// Lets a subscriber go; does nothing when it is not here.
  func remove(_ subscription: Subscription) {
    let place = subscription.assumeIsolated { subscription in
      defer { subscription.place = nil }
      return subscription.place
    }
    guard let place, place.group === self else { return }
    let last = entries.removeLast()
    guard last.subscription !== subscription else { return }
    entries[place.index] = last
    last.subscription.assumeIsolated { $0.place = Subscription.Place(group: self, index: place.index) }
  }

  /// A subscriber went live, ended, or changed its role.
  func update(_ place: Subscription.Place, isOrdinary: Bool) { entries[place.index].isOrdinary = isOrdinary }

  /// Hands a batch to each subscriber. Ends subscriptions that can't keep up.
  func deliver(_ broadcast: Broadcast) {
    counters.countDelivered(broadcast.events.count * entries.count)
    let frames = WireFormat.allCases.map { broadcast.frameForMembers($0) }
    // The list as it is now: a subscription that ends meanwhile changes its own entry only. By index, because a copy of
    // an entry would count references to the subscription, which delivery need not fetch.
    let entries = entries
    for index in entries.indices {
      if entries[index].isOrdinary, let frame = frames[entries[index].format.rawValue] {
        guard entries[index].connection.write(frame) == .overflow else { continue }
        entries[index].subscription.assumeIsolated { $0.end(.slowConsumer) }
      } else {
        entries[index].subscription.assumeIsolated { $0.deliver(broadcast) }
      }
    }
    counters.fanOut(broadcast.age)
  }

  /// Calls `body` for each subscriber.
  func forEach(_ body: @Sendable (isolated Subscription) -> Void) {
    for entry in entries { entry.subscription.assumeIsolated { body($0) } }
  }
}
