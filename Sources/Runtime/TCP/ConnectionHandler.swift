/// What a protocol implements to use a `TCPConnection`. Every method is called on the connection's loop.
public protocol ConnectionHandler: AnyObject, Sendable {
  /// Bytes have arrived. They are valid during the call only.
  func connectionReceived(_ bytes: UnsafeRawBufferPointer)
  /// The peer has sent everything (it half-closed); writing is still possible.
  func connectionReadClosed()
  /// The backlog fell to the low-water mark after a write had brought it above the high-water mark.
  func connectionDrained()
  /// The connection has ended. Called exactly once, last, at the end of a turn of the loop.
  func connectionClosed(_ reason: ConnectionCloseReason)
}

/// Why a connection ended.
public enum ConnectionCloseReason: Sendable, Hashable {
  /// Everything was sent after `closeAfterFlush`.
  case finished
  /// `abort` was called.
  case aborted
  /// The time given to `closeAfterFlush` passed before the peer had taken everything.
  case timedOut
  /// The loop was shut down.
  case shutdown
  /// A system call failed with this `errno`; ECONNRESET and EPIPE mean that the peer is gone.
  case failed(errno: Int32)
}

/// What became of a write.
public enum WriteResult: Sendable, Hashable {
  /// Will be sent at the end of the turn.
  case queued
  /// Queued, but the backlog is above the high-water mark: a streaming writer waits for `connectionDrained`.
  case aboveHighWater
  /// Not queued: the backlog would exceed `backlogBytesMax`.
  case overflow
  /// Not queued: the connection is closing or closed.
  case closed
}
