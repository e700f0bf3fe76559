import CLibUV
import Glibc

// Unchecked: every variable is touched on `loop`'s thread only; the class is Sendable so that an actor pinned to that
// loop can hold it.
/// A connected stream socket (TCP or unix) on an event loop.
///
/// Its methods must be called on `loop`. Writes only queue: all writes of one turn of the loop leave in one system
/// call. The loop keeps the connection alive until it has closed; the connection keeps its handler until then.
public final class TCPConnection: @unchecked Sendable {
  /// Receive calls per wake-up, so that one fast sender cannot starve the other connections of the loop.
  static let receivesPerWakeupMax = 4

  struct Flags: OptionSet {
    let rawValue: UInt16
    /// On the loop's dirty list.
    static let dirty = Flags(rawValue: 1 << 0)
    /// The kernel's send buffer is full: waiting for it to be writable.
    static let writeBlocked = Flags(rawValue: 1 << 1)
    static let readPaused = Flags(rawValue: 1 << 2)
    /// The peer has sent everything.
    static let readClosed = Flags(rawValue: 1 << 3)
    /// `closeAfterFlush` was called: no more writes, input is discarded.
    static let finishing = Flags(rawValue: 1 << 4)
    /// Everything was sent and our side shut down; waiting for the peer to close.
    static let writeClosed = Flags(rawValue: 1 << 5)
    static let closed = Flags(rawValue: 1 << 6)
    static let aboveHighWater = Flags(rawValue: 1 << 7)
    /// Closed while dirty: to be released when the dirty list has been walked.
    static let releaseAfterFlush = Flags(rawValue: 1 << 8)
    /// What the socket carries is TLS.
    static let encrypted = Flags(rawValue: 1 << 9)
    /// Input was received that a pause keeps back.
    static let undelivered = Flags(rawValue: 1 << 10)
    /// The peer's own closing is not awaited.
    static let closesWhenSent = Flags(rawValue: 1 << 11)
  }

  // What a write touches comes first, so that a broadcast fetches two cache lines per connection.

  /// The loop that owns the connection. May be read on any thread.
  public let loop: EventLoop
  let descriptor: Int32
  var flags: Flags = []
  var nextDirty: Unmanaged<TCPConnection>?
  /// Bytes queued and not yet taken by the kernel.
  public internal(set) var backlogBytes = 0
  /// Bound of the backlog: a write beyond it returns `.overflow`. Default 1 MiB.
  public var backlogBytesMax = 1 << 20
  /// Backlog above which a write returns `.aboveHighWater`; the low-water mark is half of it. Default 64 KiB.
  public var highWaterBytes = 64 << 10
  var queue = FrameQueue()
  /// Bytes taken by the kernel since the connection was made.
  public internal(set) var bytesSent: UInt64 = 0

  /// Bytes received since the connection was made.
  public internal(set) var bytesReceived: UInt64 = 0
  var polledEvents: Int32 = 0
  let poll: UnsafeMutablePointer<uv_poll_t>
  var handler: (any ConnectionHandler)?
  let census: ConnectionCensus?
  var finishTimer: CoarseTimer?
  var tls: TLSSession?
  /// Runs until the handshake is done.
  var handshakeTimer: CoarseTimer?
  var closeReason = ConnectionCloseReason.aborted
  var nextInLoop: Unmanaged<TCPConnection>?
  var previousInLoop: Unmanaged<TCPConnection>?
  /// The address of the other side. May be read on any thread.
  public let peerAddress: SocketAddress

  /// Takes over a connected non-blocking socket; on failure the descriptor is closed and the census told.
  init(descriptor: Int32, peerAddress: SocketAddress, loop: EventLoop, census: ConnectionCensus?) throws(SystemError) {
    self.loop = loop
    self.descriptor = descriptor
    self.peerAddress = peerAddress
    self.census = census
    poll = .allocate(capacity: 1)
    let status = loop.isStopping ? -ECANCELED : uv_poll_init(loop.uv, poll, descriptor)
    guard status == 0 else {
      poll.deallocate()
      Glibc.close(descriptor)
      census?.remove(peerAddress)
      throw SystemError(operation: "uv_poll_init", code: -status)
    }
    poll.pointee.data = Unmanaged.passUnretained(self).toOpaque()
    loop.connections.insert(self)
  }

  deinit {
    queue.removeAll()
  }

  /// Sets who is told what happens, and starts reading. May be called again to hand over to another protocol.
  public func setHandler(_ handler: any ConnectionHandler) {
    loop.preconditionInEventLoop()
    guard !flags.contains(.closed) else { return handler.connectionClosed(closeReason) }
    self.handler = handler
    updatePolling()
  }

  /// Asks libuv for the events that matter in the present state.
  func updatePolling() {
    guard !flags.contains(.closed) else { return }
    var wanted: Int32 = 0
    // While finishing, input is read to be discarded, whatever the handler had paused.
    let reads = flags.contains(.finishing) || (handler != nil && !flags.contains(.readPaused))
    if reads, !flags.contains(.readClosed) { wanted |= Int32(UV_READABLE.rawValue) }
    if flags.contains(.writeBlocked) { wanted |= Int32(UV_WRITABLE.rawValue) }
    guard wanted != polledEvents else { return }
    polledEvents = wanted
    if wanted == 0 {
      uv_poll_stop(poll)
    } else {
      uv_poll_start(poll, wanted) { handle, status, events in
        guard let data = handle?.pointee.data else { return }
        Unmanaged<TCPConnection>.fromOpaque(data).takeUnretainedValue().socketReady(status: status, events: events)
      }
    }
  }

  private func socketReady(status: Int32, events: Int32) {
    if status < 0 {
      // The socket has an error and libuv stopped polling. What arrived before it is still delivered.
      polledEvents = 0
      receive(untilError: true)
      return
    }
    if events & Int32(UV_READABLE.rawValue) != 0 { receive(untilError: false) }
    if events & Int32(UV_WRITABLE.rawValue) != 0, !flags.contains(.closed) {
      flags.remove(.writeBlocked)
      flush()
    }
    updatePolling()
  }
}
