import CLibUV

// Unchecked: `handles` is touched on the loop's thread only; the rest is immutable.
/// Delivers POSIX signals on an event loop, where any code may run (unlike in a signal handler).
public final class SignalSource: LoopResource, @unchecked Sendable {
  private let loop: EventLoop
  private let handler: @Sendable (Int32) -> Void
  private var handles: [UnsafeMutablePointer<uv_signal_t>] = []

  /// Calls `handler` with the signal's number, on `loop`, for each of `signals`, until `cancel` or the loop's end.
  public init(signals: [Int32], on loop: EventLoop, handler: @escaping @Sendable (Int32) -> Void) {
    self.loop = loop
    self.handler = handler
    loop.submit { [self] in start(signals) }
  }

  /// Stops the delivery; the signals have their default effect again. May be called on any thread.
  public func cancel() {
    loop.submit { [self] in closeForShutdown() }
  }

  private func start(_ signals: [Int32]) {
    guard !loop.isStopping else { return }
    loop.register(self)
    for signal in signals {
      let handle = UnsafeMutablePointer<uv_signal_t>.allocate(capacity: 1)
      uv_signal_init(loop.uv, handle)
      handle.pointee.data = Unmanaged.passUnretained(self).toOpaque()
      handles.append(handle)
      let status = uv_signal_start(
        handle,
        { handle, number in
          guard let data = handle?.pointee.data else { return }
          Unmanaged<SignalSource>.fromOpaque(data).takeUnretainedValue().handler(number)
        }, signal)
      precondition(status == 0, "signal \(signal) cannot be caught")
    }
  }

  func closeForShutdown() {
    for handle in handles { UVHandle.closeAndFree(handle) }
    handles = []
    loop.unregister(self)
  }
}
