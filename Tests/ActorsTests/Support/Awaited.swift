import Synchronization

/// A value that tests wait for.
final class Awaited<Value: Sendable>: Sendable {
  private struct State {
    var value: Value
    var waiters: [(condition: @Sendable (Value) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []
  }
  private let state: Mutex<State>

  init(_ value: Value) { state = Mutex(State(value: value)) }

  var value: Value { state.withLock { $0.value } }

  func update(_ body: @Sendable (inout Value) -> Void) {
    let ready = state.withLock { state -> [CheckedContinuation<Void, Never>] in
      body(&state.value)
      let value = state.value
      let ready = state.waiters.filter { $0.condition(value) }.map(\.continuation)
      state.waiters.removeAll { $0.condition(value) }
      return ready
    }
    for waiter in ready { waiter.resume() }
  }

  func wait(until condition: @escaping @Sendable (Value) -> Bool) async {
    await withCheckedContinuation { continuation in
      let isReady = state.withLock { state -> Bool in
        if condition(state.value) { return true }
        state.waiters.append((condition, continuation))
        return false
      }
      if isReady { continuation.resume() }
    }
  }
}
