import Runtime
import Storage

/// How a subscriber's connection carries events.
public enum WireFormat: Int, Sendable, CaseIterable {
  /// A WebSocket text frame.
  case webSocket
  /// A WebSocket text frame compressed by permessage-deflate.
  case webSocketDeflate
  /// A server-sent event.
  case serverSentEvents
}

/// Turns an event's JSON into the bytes of each wire format. Provided by the HTTP layer.
///
/// Called on the workspace's loop, once per event and format; the frame is shared by all subscribers.
public protocol EventEncoder: Sendable {
  /// The bytes that carry an event, of which `json` is the contract's Event object.
  func encode(_ json: [UInt8], of event: Event, as format: WireFormat) -> Frame
}

/// An event with the frames that carry it, encoded once for all subscribers.
public struct EncodedEvent: Sendable {
  /// The event.
  public let event: Event
  private var webSocket: Frame?
  private var webSocketDeflate: Frame?
  private var serverSentEvents: Frame?

  /// What identifiers, times and the headers of objects take, about.
  static let overheadBytes = 512

  /// Encodes an event for the formats in use.
  init(_ event: Event, formats: [WireFormat], encoder: any EventEncoder) {
    self.event = event
    guard !formats.isEmpty else { return }
    let json = event.json
    for format in formats { set(encoder.encode(json, of: event, as: format), format) }
  }

  /// Encodes for a format that was not in use before. The JSON is made again: rings would keep it for nothing.
  mutating func prepare(_ format: WireFormat, _ encoder: any EventEncoder) {
    guard frame(format) == nil else { return }
    set(encoder.encode(event.json, of: event, as: format), format)
  }

  /// The frame for a format that was prepared.
  func frame(_ format: WireFormat) -> Frame? {
    switch format {
    case .webSocket: webSocket
    case .webSocketDeflate: webSocketDeflate
    case .serverSentEvents: serverSentEvents
    }
  }

  /// About how many bytes it keeps in memory, for the ring's bound.
  var byteCount: Int {
    Self.overheadBytes + event.payload.utf8.count + (webSocket?.count ?? 0) + (webSocketDeflate?.count ?? 0)
      + (serverSentEvents?.count ?? 0)
  }

  private mutating func set(_ frame: Frame, _ format: WireFormat) {
    switch format {
    case .webSocket: webSocket = frame
    case .webSocketDeflate: webSocketDeflate = frame
    case .serverSentEvents: serverSentEvents = frame
    }
  }
}
