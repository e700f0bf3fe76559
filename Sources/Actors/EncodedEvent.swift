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
  private let json: [UInt8]
  private var frames: [Frame?]

  /// Encodes an event for the formats in use.
  init(_ event: Event, formats: some Sequence<WireFormat>, encoder: any EventEncoder) {
    self.event = event
    json = event.json
    frames = [Frame?](repeating: nil, count: WireFormat.allCases.count)
    for format in formats { prepare(format, encoder) }
  }

  /// Encodes for a format that was not in use before.
  mutating func prepare(_ format: WireFormat, _ encoder: any EventEncoder) {
    guard frames[format.rawValue] == nil else { return }
    frames[format.rawValue] = encoder.encode(json, of: event, as: format)
  }

  /// The frame for a format that was prepared.
  func frame(_ format: WireFormat) -> Frame? { frames[format.rawValue] }

  /// The bytes that it keeps in memory, for the ring's bound.
  var byteCount: Int { json.count + frames.reduce(0) { $0 + ($1?.count ?? 0) } }
}
