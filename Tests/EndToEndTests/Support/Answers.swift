import Synchronization

/// What several threads were answered, in the order of arrival.
final class Answers: Sendable {
  private let state = Mutex<[Response]>([])
  var all: [Response] { state.withLock { $0 } }
  func add(_ response: Response) { state.withLock { $0.append(response) } }
}
