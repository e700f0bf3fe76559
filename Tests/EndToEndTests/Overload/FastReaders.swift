import HTTP
import Synchronization

/// Subscribers that read as fast as they can, each on a thread of its own, and note when each message came.
final class FastReaders: Sendable {
  private struct Arrival {
    let cursor: String
    let at: UInt64
  }

  private let ready = Atomic<Int>(0)
  private let arrivals: Mutex<[[Arrival]]>
  private let count: Int
  private let threads = Mutex<TestThreads?>(nil)

  /// Starts them and returns when they follow the workspace; each reads until `TimedPublisher.end`.
  init(_ count: Int, _ server: TestServer, _ place: TestServer.Place) throws {
    self.count = count
    arrivals = Mutex(Array(repeating: [], count: count))
    let started = try TestThreads(count) { [self] index in
      let socket = try WebSocketClient(port: server.port, workspace: place.workspace)
      ready.wrappingAdd(1, ordering: .releasing)
      var seen: [Arrival] = []
      while let event = try socket.next(), event.type != "typing.started" {
        if event.type == "message.created" { seen.append(Arrival(cursor: event.cursor, at: monotonicNanoseconds())) }
      }
      arrivals.withLock { $0[index] = seen }
      if let ending = socket.ending { throw TestFailure("a fast reader was ended: \(ending)") }
    }
    threads.withLock { $0 = started }
    _ = try eventually("the fast readers follow") { ready.load(ordering: .acquiring) == count ? true : nil }
  }

  /// Waits for their end and checks that each saw every message once, in order.
  func join(_ published: [TimedPublisher.Publication]) throws {
    try threads.withLock { try $0?.join() }
    let expected = published.map(\.cursor)
    for seen in arrivals.withLock({ $0 }) where seen.map(\.cursor) != expected {
      throw TestFailure("a fast reader saw \(seen.count) of \(expected.count) messages, or not in order")
    }
  }

  /// How long publications took to all readers, from the request to the event, in milliseconds.
  func delay(quantile: Double, of part: Range<Int>, _ published: [TimedPublisher.Publication]) -> Double {
    let delays = arrivals.withLock { all in
      all.flatMap { seen in part.map { Double(seen[$0].at - published[$0].sentAt) / 1e6 } }
    }.sorted()
    return delays.isEmpty ? 0 : delays[min(delays.count - 1, Int(Double(delays.count) * quantile))]
  }
}
