import Runtime
import Storage

/// The events of one batch on their way to the subscribers of a workspace, in order.
///
/// Most events are for every member. When all of a batch are, their frames are also joined into one per wire format, so
/// a delivery costs one reference and the kernel one entry however many events were committed together.
struct Broadcast: Sendable {
  let events: [EncodedEvent]
  /// Who may see the channels that are not for every member, as of these events.
  let channels: RestrictedChannels
  private let joined: [Frame?]
  private let madeAt: ContinuousClock.Instant

  init(_ events: [EncodedEvent], in channels: RestrictedChannels = RestrictedChannels(), formats: [WireFormat]) {
    self.events = events
    self.channels = channels
    var joined = [Frame?](repeating: nil, count: WireFormat.allCases.count)
    if events.allSatisfy({ $0.event.audience.isPublic }) {
      for format in formats {
        joined[format.rawValue] =
          events.count == 1 ? events[0].frame(format) : Self.join(events.compactMap { $0.frame(format) })
      }
    }
    self.joined = joined
    madeAt = .now
  }

  private init(
    events: [EncodedEvent], channels: RestrictedChannels, joined: [Frame?], madeAt: ContinuousClock.Instant
  ) {
    self.events = events
    self.channels = channels
    self.joined = joined
    self.madeAt = madeAt
  }

  /// How long ago it set out.
  var age: Duration { ContinuousClock.now - madeAt }

  /// The same with frames of its own, for another loop: reference counts that two cores share cost more than a copy.
  func copied() -> Broadcast {
    Broadcast(
      events: events, channels: channels, joined: joined.map { $0.map { frame in frame.copied() } }, madeAt: madeAt)
  }

  /// One frame with all events for members who are not guests; nil when each event must be looked at.
  func frameForMembers(_ format: WireFormat) -> Frame? { joined[format.rawValue] }

  /// Joined frames beyond this size would be copied for little: the kernel's work dominates by then.
  private static let joinedBytesMax = 256 << 10

  private static func join(_ frames: [Frame]) -> Frame? {
    let count = frames.reduce(0) { $0 + $1.count }
    guard count <= joinedBytesMax else { return nil }
    return Frame(byteCount: count) { target in
      var offset = 0
      for frame in frames {
        frame.withUnsafeBytes { bytes in
          target[offset..<offset + bytes.count].copyBytes(from: bytes)
          offset += bytes.count
        }
      }
    }
  }
}
