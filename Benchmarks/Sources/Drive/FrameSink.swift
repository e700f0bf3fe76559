/// What is done with the messages that subscribers receive.
///
/// `SubscriberSet` is specialised for its sink, so that the call costs nothing in the receive loop.
protocol FrameSink {
  /// Takes the payload of one text or binary frame; the memory is only valid during the call.
  mutating func receive(_ payload: UnsafePointer<UInt8>, count: Int, subscriber: Int, topic: Int, now: UInt64)
}

/// Counts frames and looks at nothing, for sockets that should be idle.
struct CountingSink: FrameSink {
  private(set) var frames = 0

  mutating func receive(_ payload: UnsafePointer<UInt8>, count: Int, subscriber: Int, topic: Int, now: UInt64) {
    frames += 1
  }
}
