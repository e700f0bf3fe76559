/// How much the peer of one WebSocket may send: two token buckets, one of frames and one of bytes.
///
/// Bytes are those of payloads and, besides, what compressed messages inflate to. Whoever has bytes left may send one
/// more message of any size that is accepted at all, and must then wait until that is made up for. A full bucket is also
/// the most work that a connection causes in one turn of its loop.
public struct WebSocketAllowance: Sendable, Hashable {
  /// The rates of an allowance.
  public struct Rate: Sendable, Hashable {
    /// Frames per second in the long run, control frames and fragments included.
    public var framesPerSecond: Int
    /// Bytes per second in the long run.
    public var bytesPerSecond: Int

    /// How many seconds' worth may come at once.
    public static let burstSeconds = 10

    /// Makes rates; by default a client may say far more than any has to say.
    public init(framesPerSecond: Int = 100, bytesPerSecond: Int = 32 << 10) {
      self.framesPerSecond = framesPerSecond
      self.bytesPerSecond = bytesPerSecond
    }
  }

  private let rate: Rate
  // In thousandths, so that each millisecond adds a whole number.
  private var frames: Int
  private var bytes: Int
  private var filledAtMilliseconds: Int

  /// Makes a full allowance. Times are of any monotonic clock.
  public init(_ rate: Rate, nowMilliseconds: Int) {
    self.rate = rate
    frames = Self.full(rate.framesPerSecond)
    bytes = Self.full(rate.bytesPerSecond)
    filledAtMilliseconds = nowMilliseconds
  }

  /// Adds what the time that has passed is worth.
  public mutating func refill(nowMilliseconds: Int) {
    let passed = min(max(0, nowMilliseconds - filledAtMilliseconds), Rate.burstSeconds * 1_000)
    filledAtMilliseconds = max(filledAtMilliseconds, nowMilliseconds)
    // A debt is paid off however large it is, only credit has a bound.
    frames = min(frames + passed * rate.framesPerSecond, Self.full(rate.framesPerSecond))
    bytes = min(bytes + passed * rate.bytesPerSecond, Self.full(rate.bytesPerSecond))
  }

  /// Takes a frame with its payload. Throws 1008 when nothing is left.
  mutating func take(frameOf payloadBytes: Int) throws(WebSocketError) {
    guard frames > 0, bytes > 0 else { throw WebSocketError(.policyViolation, "too much was sent in a short time") }
    frames -= 1_000
    bytes -= payloadBytes * 1_000
  }

  /// Takes what a message inflated to; the next frame is refused when that was too much.
  mutating func take(inflated count: Int) { bytes -= count * 1_000 }

  private static func full(_ perSecond: Int) -> Int { perSecond * Rate.burstSeconds * 1_000 }
}
