extension Actor {
  /// Runs `body` at once on an actor whose executor is the current thread's, lending it bytes for the time of the call.
  ///
  /// For connection handlers that are actors: `connectionReceived` is called on the actor's loop, outside of any task.
  public nonisolated func assumeIsolated(
    lending bytes: UnsafeRawBufferPointer, _ body: @Sendable (isolated Self, UnsafeRawBufferPointer) -> Void
  ) {
    // Unchecked: the call is synchronous and stays on this thread, so nothing else can touch the bytes meanwhile.
    nonisolated(unsafe) let bytes = bytes
    assumeIsolated { body($0, bytes) }
  }
}
