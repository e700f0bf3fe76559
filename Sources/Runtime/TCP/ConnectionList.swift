/// All open connections of a loop, linked through the connections themselves; each is retained while linked.
struct ConnectionList {
  private var head: Unmanaged<TCPConnection>?
  private(set) var count = 0

  var isEmpty: Bool { head == nil }

  mutating func insert(_ connection: TCPConnection) {
    let reference = Unmanaged.passRetained(connection)
    connection.nextInLoop = head
    head?._withUnsafeGuaranteedRef { $0.previousInLoop = reference }
    head = reference
    count += 1
  }

  /// Unlinks the connection without releasing it: the caller takes over the reference.
  mutating func unlink(_ connection: TCPConnection) {
    let next = connection.nextInLoop
    let previous = connection.previousInLoop
    if let previous { previous._withUnsafeGuaranteedRef { $0.nextInLoop = next } } else { head = next }
    next?._withUnsafeGuaranteedRef { $0.previousInLoop = previous }
    connection.nextInLoop = nil
    connection.previousInLoop = nil
    count -= 1
  }

  /// Calls `body` with each connection; `body` must not unlink any (closing unlinks at the end of the turn).
  func forEach(_ body: (TCPConnection) -> Void) {
    var cursor = head
    while let current = cursor {
      let connection = current.takeUnretainedValue()
      cursor = connection.nextInLoop
      body(connection)
    }
  }
}

/// The connections that were written to in this turn, linked through the connections themselves, not retained.
///
/// A connection that closes while it is on the list stays alive until the list has been flushed (`isDirty`).
struct DirtyList {
  private var head: Unmanaged<TCPConnection>?
  private var tail: Unmanaged<TCPConnection>?

  var isEmpty: Bool { head == nil }

  mutating func append(_ connection: TCPConnection) {
    let reference = Unmanaged.passUnretained(connection)
    if let tail { tail._withUnsafeGuaranteedRef { $0.nextDirty = reference } } else { head = reference }
    tail = reference
  }

  /// Detaches the list; the returned chain is walked with `next`.
  mutating func detach() -> Unmanaged<TCPConnection>? {
    let chain = head
    head = nil
    tail = nil
    return chain
  }
}
