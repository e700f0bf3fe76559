import Storage
import Synchronization

/// What the clients of the crash tests did and were told, to be compared with what is there after a restart.
final class CrashLedger: Sendable {
  /// A fact that only one client changes: what was last acknowledged, and what it asked for when the server died.
  struct Fact<Value: Equatable & Sendable>: Sendable, Equatable {
    private(set) var settled: Value
    private(set) var doubtful: Value?

    init(_ value: Value) { settled = value }

    var isSettled: Bool { doubtful == nil }

    mutating func ask(_ value: Value) { doubtful = value }

    mutating func acknowledge() {
      if let value = doubtful { settled = value }
      doubtful = nil
    }

    /// Takes what is found after a restart, if it may be so.
    mutating func resolve(_ found: Value) -> Bool {
      guard found == settled || found == doubtful else { return false }
      settled = found
      doubtful = nil
      return true
    }
  }

  struct Message: Sendable, Equatable {
    let nonce: String
    /// Nil while nobody was told: it may exist or not.
    var id: String?
    let author: UserID
    /// The root of its thread, for a reply.
    let root: String?
    var body: Fact<String>
    var isDeleted = Fact(false)
    /// By emoji, of the author's own reactions.
    var reactions: [String: Fact<Bool>] = [:]
    var upload = Fact<String?>(nil)

    /// Whether nothing about it is in doubt.
    var isSettled: Bool {
      body.isSettled && isDeleted.isSettled && upload.isSettled && reactions.values.allSatisfy(\.isSettled)
    }
  }

  struct Upload: Sendable {
    let id: String
    let owner: UserID
    let content: String
  }

  private struct State {
    var messages: [String: Message] = [:]
    var reads: [UserID: Fact<Int64>] = [:]
    var uploads: [Upload] = []
    var acknowledged = 0
  }

  private let state = Mutex(State())
  /// Cursors in the order in which each subscriber saw them.
  private let seen = Mutex<[CrashSubscriber: [String]]>([:])
  /// Whether subscribers are to kill the server as soon as they have an event.
  let killsAtNextEvent = Atomic<Bool>(false)

  /// What a subscriber saw so far, through all kills.
  func seen(by subscriber: CrashSubscriber) -> [String] { seen.withLock { $0[subscriber] ?? [] } }

  /// Notes that a subscriber saw an event.
  func see(_ cursor: String, by subscriber: CrashSubscriber) {
    seen.withLock { $0[subscriber, default: []].append(cursor) }
  }

  /// Requests that were answered.
  var acknowledged: Int { state.withLock { $0.acknowledged } }
  var messages: [Message] { state.withLock { Array($0.messages.values) } }
  var uploads: [Upload] { state.withLock { $0.uploads } }
  var reads: [UserID: Fact<Int64>] { state.withLock { $0.reads } }

  /// What was acknowledged in this ledger and in a later one, and not touched in between: any copy of the data that was
  /// begun after the first and finished before the second has it just so.
  static func unchanged(from first: [Message], to second: [Message]) -> [Message] {
    let later = Dictionary(second.map { ($0.nonce, $0) }, uniquingKeysWith: { first, _ in first })
    return first.filter { $0.id != nil && $0.isSettled && later[$0.nonce] == $0 }
  }

  func add(_ message: Message) { state.withLock { $0.messages[message.nonce] = message } }

  func add(_ upload: Upload) {
    state.withLock {
      $0.uploads.append(upload)
      $0.acknowledged += 1
    }
  }

  /// Notes that the server answered for a message.
  func acknowledge(_ nonce: String, _ change: (inout Message) -> Void) {
    update(nonce, change)
    state.withLock { $0.acknowledged += 1 }
  }

  /// Changes what is known of a message.
  func update(_ nonce: String, _ change: (inout Message) -> Void) {
    state.withLock { state in
      guard var message = state.messages[nonce] else { return }
      change(&message)
      state.messages[nonce] = message
    }
  }

  func remove(_ nonce: String) { state.withLock { _ = $0.messages.removeValue(forKey: nonce) } }

  func changeRead(of user: UserID, _ change: (inout Fact<Int64>) -> Void) {
    state.withLock { change(&$0.reads[user, default: Fact(0)]) }
  }
}
