/// How long a connection may take over each part of an exchange, in milliseconds. A slow client costs a timer entry.
public struct ServerTimeouts: Sendable {
  /// From the first byte of a request to the end of its head.
  public var headMilliseconds: UInt64 = 10_000
  /// For a whole JSON body; for each 16 KiB of a streamed one.
  public var bodyMilliseconds: UInt64 = 60_000
  /// Between two requests of a kept connection, and before the first.
  public var idleMilliseconds: UInt64 = 75_000
  /// Between two steps of a response that the client takes.
  public var writeMilliseconds: UInt64 = 30_000
  /// For the peer to close after the last response.
  public var closeMilliseconds: UInt64 = 2_000

  /// The defaults.
  public init() {}
}
