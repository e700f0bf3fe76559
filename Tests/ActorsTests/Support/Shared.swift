import Synchronization

/// A value that several tasks of a test touch.
final class Shared<Value: Sendable>: Sendable {
  private let state: Mutex<Value>

  init(_ value: Value) { state = Mutex(value) }

  var value: Value { state.withLock { $0 } }

  func update(_ body: @Sendable (inout Value) -> Void) { state.withLock { body(&$0) } }
}
