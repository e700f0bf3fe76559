extension EventLoop {
  /// Queues a job of the Swift runtime. May be called on any thread.
  public func enqueue(_ job: consuming ExecutorJob) {
    add(.job(UnownedJob(job)))
  }

  /// The reference that actors pinned to this loop return from `unownedExecutor`.
  public func asUnownedSerialExecutor() -> UnownedSerialExecutor {
    UnownedSerialExecutor(ordinary: self)
  }

  /// The reference used for task-executor preference.
  public func asUnownedTaskExecutor() -> UnownedTaskExecutor {
    UnownedTaskExecutor(ordinary: self)
  }

  /// Traps unless called on the loop; lets `actor.assumeIsolated` work inside libuv callbacks, outside of any task.
  public func checkIsolated() {
    preconditionInEventLoop()
  }

  /// Tells the runtime whether the current thread is this loop's.
  public func isIsolatingCurrentContext() -> Bool? {
    inEventLoop
  }
}
