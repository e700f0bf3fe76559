import Synchronization

/// What live delivery counts, for the metrics. Read from any thread; counted once per batch, not once per delivery.
public final class RealtimeCounters: Sendable {
  private let publishedCount = Atomic<UInt64>(0)
  private let deliveredCount = Atomic<UInt64>(0)
  private let subscriberCount = Atomic<Int>(0)
  private let eventStreamCount = Atomic<Int>(0)
  private let slowCount = Atomic<UInt64>(0)
  private let inflatedCount = Atomic<UInt64>(0)
  private let flooderCount = Atomic<UInt64>(0)

  /// Takes the time that a batch needed from its workspace to the last subscriber of one loop.
  let fanOut: @Sendable (Duration) -> Void

  init(fanOut: @escaping @Sendable (Duration) -> Void = { _ in }) { self.fanOut = fanOut }

  /// Events handed to the subscribers of a live workspace.
  public var published: UInt64 { publishedCount.load(ordering: .relaxed) }
  /// Events handed to single subscribers; those that a subscriber may not see are counted too.
  public var delivered: UInt64 { deliveredCount.load(ordering: .relaxed) }
  /// Subscribers now.
  public var subscribers: Int { subscriberCount.load(ordering: .relaxed) }
  /// Those of them that are event streams; the others are WebSockets.
  public var eventStreams: Int { eventStreamCount.load(ordering: .relaxed) }
  /// Subscribers that were ended because they were too slow.
  public var slowConsumers: UInt64 { slowCount.load(ordering: .relaxed) }

  /// Bytes to which compressed messages of clients inflated.
  public var inflatedBytes: UInt64 { inflatedCount.load(ordering: .relaxed) }
  /// WebSockets that were closed because their clients sent too much in a short time.
  public var flooders: UInt64 { flooderCount.load(ordering: .relaxed) }

  /// Notes what messages of a client inflated to.
  public func countInflated(_ bytes: Int) {
    if bytes > 0 { inflatedCount.wrappingAdd(UInt64(bytes), ordering: .relaxed) }
  }
  /// Notes a client that sent too much.
  public func countFlooder() { flooderCount.wrappingAdd(1, ordering: .relaxed) }

  func countPublished(_ events: Int) { publishedCount.wrappingAdd(UInt64(events), ordering: .relaxed) }
  func countDelivered(_ events: Int) { deliveredCount.wrappingAdd(UInt64(events), ordering: .relaxed) }
  func countSubscribers(_ difference: Int, _ format: WireFormat) {
    subscriberCount.wrappingAdd(difference, ordering: .relaxed)
    if format == .serverSentEvents { eventStreamCount.wrappingAdd(difference, ordering: .relaxed) }
  }
  func countSlowConsumer() { slowCount.wrappingAdd(1, ordering: .relaxed) }
}
