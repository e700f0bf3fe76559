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
  /// What a connection is sent that can't be taken, before it is closed; empty for nothing.
  public var refusal: [UInt8] = []
  /// Refused connections that may be open at a time, so that each can still read `refusal`; further ones are closed at
  /// once, with whatever the kernel takes of it.
  public var refusedOpenMax = 64
  /// How long a refused connection may take to close, in milliseconds.
  public var refusedMilliseconds: UInt64 = 1_000
  /// Kernel send buffer in bytes; nil leaves it to the kernel's tuning.
  public var sendBufferBytes: Int32?

  /// The defaults.
  public init() {}
}
