import Runtime
import Storage

/// The subscribers of one workspace whose connections live on one loop. Isolated to that loop, so a broadcast crosses
/// threads once per loop and never once per subscriber.
actor SubscriberGroup {
  nonisolated let loop: EventLoop
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  private var subscribers: [Subscription] = []
  private var indexes: [ObjectIdentifier: Int] = [:]

  init(loop: EventLoop) { self.loop = loop }

  /// Runs work on the group, in the order of the calls, from any thread.
  nonisolated func submit(_ work: @escaping @Sendable (isolated SubscriberGroup) -> Void) {
    loop.submit { self.assumeIsolated { work($0) } }
  }

  func add(_ subscription: Subscription) {
    indexes[ObjectIdentifier(subscription)] = subscribers.count
    subscribers.append(subscription)
  }

  func remove(_ subscription: Subscription) {
    guard let index = indexes.removeValue(forKey: ObjectIdentifier(subscription)) else { return }
    let last = subscribers.removeLast()
    if last !== subscription {
      subscribers[index] = last
      indexes[ObjectIdentifier(last)] = index
    }
  }

  /// Hands a batch to each subscriber. Ends subscriptions that can't keep up.
  func deliver(_ broadcast: Broadcast) {
    for subscription in subscribers { subscription.assumeIsolated { $0.deliver(broadcast) } }
  }

  /// Calls `body` for each subscriber.
  func forEach(_ body: @Sendable (isolated Subscription) -> Void) {
    for subscription in subscribers { subscription.assumeIsolated { body($0) } }
  }
}
