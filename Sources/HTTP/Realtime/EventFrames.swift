import Actors
import Runtime
import Storage

/// Encodes events into the frames that WebSockets and event streams share.
public struct EventFrames: EventEncoder {
  private let contexts: LoopContexts

  /// Makes the encoder; the compressors are those of the loops.
  public init(contexts: LoopContexts) { self.contexts = contexts }

  /// The bytes that carry an event in one wire format. On an event loop.
  public func encode(_ json: [UInt8], of event: Event, as format: WireFormat) -> Frame {
    switch format {
    case .webSocket: return Self.plain(json)
    case .webSocketDeflate:
      guard let loop = EventLoop.current else { return Self.plain(json) }
      return contexts[loop].assumeIsolated { $0.compressedMessage(json) } ?? Self.plain(json)
    case .serverSentEvents:
      return EventStream.frame(id: event.cursor, type: event.type, data: json)
    }
  }

  private static func plain(_ json: [UInt8]) -> Frame {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(json.count + 10)
    WebSocketEncoder.append(.text, json, to: &bytes)
    return Frame(bytes)
  }
}
