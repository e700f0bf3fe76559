import Glibc
import Runtime

/// What the connections of one loop share: compressors, the Date field, and the list of themselves for a shutdown.
actor LoopContext {
  nonisolated let loop: EventLoop
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  private var gzip: GzipCompressor?
  private let deflate = WebSocketDeflate()
  private var date = HTTPDate(unixSeconds: 0)
  private var connections: [ObjectIdentifier: HTTPConnection] = [:]
  private(set) var isDraining = false

  init(loop: EventLoop) { self.loop = loop }

  /// The Date field of this second.
  func currentDate() -> HTTPDate {
    let now = time(nil)
    if now != date.unixSeconds { date = HTTPDate(unixSeconds: now) }
    return date
  }

  /// Compresses a whole body; nil when zlib has no memory, and the body is then sent as it is.
  func compress(_ body: [UInt8]) -> [UInt8]? {
    do {
      let compressor = try gzip ?? GzipCompressor()
      gzip = compressor
      return compressor.compress(body)
    } catch {
      return nil
    }
  }

  /// One compressed WebSocket text frame, or nil when zlib has no memory.
  func compressedMessage(_ json: [UInt8]) -> Frame? {
    do {
      return Frame(try WebSocketEncoder.message(WebSocketMessage(.text, json), deflate: deflate))
    } catch {
      return nil
    }
  }

  func add(_ connection: HTTPConnection) { connections[ObjectIdentifier(connection)] = connection }

  func remove(_ connection: HTTPConnection) { connections[ObjectIdentifier(connection)] = nil }

  /// Connections that speak HTTP now.
  var connectionCount: Int { connections.count }

  /// Closes idle connections and lets the others end with the response they are at.
  func drain() {
    isDraining = true
    for connection in connections.values { connection.assumeIsolated { $0.drain() } }
  }
}

/// The `LoopContext` of each loop.
public struct LoopContexts: Sendable {
  private let contexts: [LoopContext]
  /// Request bodies that are being collected or used, and messages that arrive on WebSockets.
  let bodies: ByteBudget

  /// Makes one context per loop.
  public init(loops: [EventLoop], bodiesBytesMax: Int = 256 << 20) {
    contexts = loops.map { LoopContext(loop: $0) }
    bodies = ByteBudget(bytesMax: bodiesBytesMax)
  }

  subscript(loop: EventLoop) -> LoopContext { contexts[loop.index] }

  var all: [LoopContext] { contexts }
}
