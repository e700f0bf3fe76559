import Actors
import FoundationEssentials
import Glibc
import Runtime
import Storage
import Synchronization

/// Everything between the listener and the subscribers, put together as the chat server does it.
final class EngineServer: Sendable {
  private let group: EventLoopGroup
  private let database: Database
  private let directory: String
  private let listener: TCPListener

  /// Opens an empty database in a temporary directory and listens.
  /// - Throws: `SQLError`, `SystemError`, `SocketAddress.ParseError`.
  init(_ options: Options) async throws {
    let address = try SocketAddress.parse(options.address)
    directory = FileManager.default.temporaryDirectory.path + "/fanout-engine-\(getpid())"
    let engine = try SQLiteEngine(directory: directory)
    _ = try Migrator().up(engine.openWriter())
    group = try EventLoopGroup(count: options.loops)
    database = Database(engine: engine, ids: IDGenerator(), readerCount: 1)
    let realtime = Realtime(
      loops: group.loops, store: database, encoder: VerbatimFrames(), report: { StandardError.print($0) })
    try await database.open(observer: realtime)
    listener = try TCPListener(address: address, loops: group.loops) { connection in
      EngineConnection(connection: connection, realtime: realtime).assumeIsolated { $0.start() }
    }
  }

  /// Returns when the process is asked to end.
  func stopSignal() async {
    await withCheckedContinuation { continuation in
      let waiting = Mutex<CheckedContinuation<Void, Never>?>(continuation)
      // The loop keeps the source to its end. Signals after the first change nothing.
      _ = SignalSource(signals: [SIGINT, SIGTERM], on: group.loops[0]) { _ in
        let first = waiting.withLock { waiting in
          defer { waiting = nil }
          return waiting
        }
        first?.resume()
      }
    }
  }

  /// Closes every connection and removes the database.
  func stop() async throws {
    listener.stopAccepting()
    await group.shutdown()
    await database.close()
    try FileManager.default.removeItem(atPath: directory)
  }
}
