/// Decides what a WebSocket connection does next: answers, the close handshake, keep-alive (RFC 6455 sections 5.5, 7).
///
/// It does no I/O. Feed it what the parser found and the time, and carry out the action it returns.
public struct WebSocketConnectionState: Sendable {
  /// What to do.
  public enum Action: Sendable, Hashable {
    /// Nothing.
    case none
    /// Hand the message to the application.
    case deliver(WebSocketMessage)
    /// Send a ping.
    case sendPing
    /// Send a pong with this payload.
    case sendPong([UInt8])
    /// Send a close frame, then close the transport if the flag says so, else wait for the peer's.
    case sendClose(WebSocketCloseCode?, reason: String, closesTransport: Bool)
    /// Close the transport.
    case closeTransport
  }

  /// Why the connection ended, for logs and metrics.
  public enum Ending: Sendable, Hashable {
    /// The peer closed, with this code or none.
    case byPeer(WebSocketCloseCode?)
    /// This side closed.
    case byUs(WebSocketCloseCode)
    /// The peer broke the protocol.
    case failed(WebSocketError)
    /// The peer no longer answers pings.
    case dead
    /// The peer took too long over one message.
    case tooSlow
    /// The transport closed without a close frame.
    case lost
  }

  private enum State: Sendable {
    case open
    /// Our close frame is out; the peer's, or the end of the transport, is awaited until the deadline.
    case closing(deadlineMilliseconds: Int)
    case closed
  }

  private let role: WebSocketRole
  private let timing: WebSocketTiming
  private var state = State.open
  private var lastReceivedMilliseconds: Int
  private var pingSentMilliseconds: Int?
  /// When the message that is arriving began.
  private var messageBeganMilliseconds: Int?

  /// Why the connection ended; nil while it is open.
  public private(set) var ending: Ending?

  /// Makes the state of a connection whose handshake has just succeeded. Times are of any monotonic clock.
  public init(role: WebSocketRole, timing: WebSocketTiming = WebSocketTiming(), nowMilliseconds: Int) {
    self.role = role
    self.timing = timing
    lastReceivedMilliseconds = nowMilliseconds
  }

  /// Whether messages may still be sent: no close frame has gone either way.
  public var isOpen: Bool {
    if case .open = state { return true }
    return false
  }

  /// When `tick` has to be called next; nil once closed. Calling it earlier does no harm.
  public var deadlineMilliseconds: Int? {
    switch state {
    case .open:
      return min(lifeDeadlineMilliseconds, messageDeadlineMilliseconds ?? .max)
    case .closing(let deadline): return deadline
    case .closed: return nil
    }
  }

  private var lifeDeadlineMilliseconds: Int {
    if let pingSentMilliseconds { return pingSentMilliseconds + timing.pongTimeoutMilliseconds }
    return lastReceivedMilliseconds + timing.pingIntervalMilliseconds
  }

  private var messageDeadlineMilliseconds: Int? {
    messageBeganMilliseconds.map { $0 + timing.messageTimeoutMilliseconds }
  }

  /// Notes whether the input ended within a message. One that trickles in does not live for ever, whatever control
  /// frames come between its pieces.
  public mutating func inputEnded(midMessage: Bool, nowMilliseconds: Int) {
    messageBeganMilliseconds = midMessage ? messageBeganMilliseconds ?? nowMilliseconds : nil
  }

  /// Notes that bytes arrived, whatever they are: the peer is alive.
  /// - Returns: Whether a ping was waiting for that: the deadline may be nearer now than it was.
  @discardableResult
  public mutating func receivedBytes(nowMilliseconds: Int) -> Bool {
    defer { pingSentMilliseconds = nil }
    lastReceivedMilliseconds = nowMilliseconds
    return pingSentMilliseconds != nil
  }

  /// Takes what the parser found.
  public mutating func received(_ event: WebSocketEvent, nowMilliseconds: Int) -> Action {
    receivedBytes(nowMilliseconds: nowMilliseconds)
    switch (state, event) {
    case (.open, .message(let message)):
      messageBeganMilliseconds = nil
      return .deliver(message)
    case (.open, .ping(let payload)): return .sendPong(payload)
    case (.open, .close(let code, _)):
      ending = .byPeer(code)
      // RFC 6455 section 7.1.1: the server closes the transport first; the client waits for that.
      if role == .server {
        state = .closed
      } else {
        state = .closing(deadlineMilliseconds: nowMilliseconds + timing.closeTimeoutMilliseconds)
      }
      return .sendClose(code, reason: "", closesTransport: role == .server)
    case (.closing, .close):
      guard role == .server else { return .none }
      state = .closed
      return .closeTransport
    // RFC 6455 section 1.4: behind a close frame nothing more is sent, and what still arrives is of no use.
    case (.open, .pong), (.closing, _), (.closed, _): return .none
    }
  }

  /// Takes an error of the parser: the connection fails (RFC 6455 section 7.1.7).
  public mutating func failed(_ error: WebSocketError) -> Action {
    switch state {
    case .open:
      state = .closed
      ending = .failed(error)
      return .sendClose(error.closeCode, reason: error.message, closesTransport: true)
    case .closing:
      state = .closed
      return .closeTransport
    case .closed: return .none
    }
  }

  /// Begins to close from this side. Does nothing when the connection is closing already.
  /// - Parameter timeoutMilliseconds: How long the peer may take to answer, if not as usual.
  public mutating func close(
    _ code: WebSocketCloseCode, reason: String, nowMilliseconds: Int, timeoutMilliseconds: Int? = nil
  ) -> Action {
    guard isOpen else { return .none }
    let timeout = timeoutMilliseconds ?? timing.closeTimeoutMilliseconds
    state = .closing(deadlineMilliseconds: nowMilliseconds + timeout)
    ending = .byUs(code)
    return .sendClose(code, reason: reason, closesTransport: false)
  }

  /// Notes that the transport is gone.
  public mutating func transportClosed() {
    if ending == nil { ending = .lost }
    state = .closed
  }

  /// Takes the time.
  public mutating func tick(nowMilliseconds: Int) -> Action {
    guard let deadline = deadlineMilliseconds, nowMilliseconds >= deadline else { return .none }
    if isOpen, let messageDeadlineMilliseconds, nowMilliseconds >= messageDeadlineMilliseconds {
      state = .closed
      ending = .tooSlow
      return .sendClose(.policyViolation, reason: "the message took too long to arrive", closesTransport: true)
    }
    if isOpen, pingSentMilliseconds == nil {
      pingSentMilliseconds = nowMilliseconds
      return .sendPing
    }
    if isOpen { ending = .dead }
    state = .closed
    return .closeTransport
  }
}
