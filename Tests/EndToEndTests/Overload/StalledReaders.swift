import HTTP
import Synchronization

/// Subscribers that read nothing at all until they are woken, and then everything at once.
final class StalledReaders: Sendable {
  /// How a reader found its connection ended.
  enum Ending: Hashable, Sendable {
    case close(code: UInt16)
    case reset
    case nothing
  }

  private static let threadCount = 8
  private let opened = Atomic<Int>(0)
  private let isAwake = Atomic<Bool>(false)
  private let endings = Mutex<[Ending: Int]>([:])
  private let threads = Mutex<TestThreads?>(nil)

  /// Opens them, from a cursor or from the beginning, and returns when all are there.
  init(_ count: Int, _ server: TestServer, _ place: TestServer.Place, after cursor: String? = nil) throws {
    let started = try TestThreads(Self.threadCount) { [self] thread in
      let own = count / Self.threadCount + (thread < count % Self.threadCount ? 1 : 0)
      let sockets = try (0..<own).map { _ in
        defer { opened.wrappingAdd(1, ordering: .releasing) }
        return try WebSocketClient(
          port: server.port, workspace: place.workspace, after: cursor, receiveBufferBytes: 4_096)
      }
      _ = try eventually("the stalled readers are woken", seconds: 600) {
        isAwake.load(ordering: .acquiring) ? true : nil
      }
      for socket in sockets {
        let ending = try Self.ending(of: socket.socket)
        endings.withLock { $0[ending, default: 0] += 1 }
      }
    }
    threads.withLock { $0 = started }
    _ = try eventually("all stalled readers are there", seconds: 300) {
      opened.load(ordering: .acquiring) == count ? true : nil
    }
  }

  /// Makes them read.
  func wake() { isAwake.store(true, ordering: .releasing) }

  /// How many were ended how, once all have read to the end.
  func join() throws -> [Ending: Int] {
    try threads.withLock { try $0?.join() }
    return endings.withLock { $0 }
  }

  /// Reads to the end, of which only the last frame matters: thousands of readers have no time to parse the others.
  private static func ending(of socket: BlockingSocket) throws -> Ending {
    var tail: [UInt8] = []
    while true {
      do {
        let piece = try socket.receive()
        tail = Array((tail + piece).suffix(127))
        if let code = closeCode(at: tail) { return .close(code: code) }
        if piece.isEmpty { return .nothing }
      } catch SocketFailure.reset {
        return .reset
      }
    }
  }

  /// The code of the close frame with which the bytes end.
  private static func closeCode(at tail: [UInt8]) -> UInt16? {
    for start in tail.indices.dropLast(3) where tail[start] == 0x88 {
      let length = Int(tail[start + 1])
      guard start + 2 + length == tail.count else { continue }
      return UInt16(tail[start + 2]) << 8 | UInt16(tail[start + 3])
    }
    return nil
  }
}
