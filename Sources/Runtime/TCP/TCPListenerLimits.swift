/// The bounds and socket options of a listener; every field has a default fit for production.
public struct TCPListenerLimits: Sendable {
  /// Connections that the kernel completes while nobody accepts them (listen(2); the kernel caps it at somaxconn).
  public var acceptBacklog: Int32 = 4096
  /// Connections accepted per wake-up of a loop, so that a storm of new ones does not stop the old ones.
  public var acceptsPerWakeupMax = 64
  /// Pause of accepting after the process ran out of descriptors, in milliseconds.
  public var backOffMilliseconds: UInt64 = 200
  /// `TCPConnection.backlogBytesMax` of accepted connections.
  public var backlogBytesMax = 1 << 20
  /// Kernel send buffer in bytes; nil leaves it to the kernel's tuning.
  public var sendBufferBytes: Int32?

  /// The defaults.
  public init() {}
}
