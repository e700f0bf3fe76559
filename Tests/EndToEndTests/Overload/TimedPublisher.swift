import Glibc
import HTTP

/// Publishes messages at a steady pace, each with a larger ephemeral event beside it, and notes when.
struct TimedPublisher {
  /// One message.
  struct Publication {
    let cursor: String
    /// When its request left, in nanoseconds.
    let sentAt: UInt64
  }

  private let client: HTTPClient
  private let channel: String
  private let filler: String
  private let pauseMicroseconds: UInt32
  private(set) var published: [Publication] = []

  init(_ server: TestServer, _ place: TestServer.Place, fillerBytes: Int, pauseMilliseconds: UInt32) throws {
    client = try server.client()
    channel = place.general
    pauseMicroseconds = pauseMilliseconds * 1_000
    filler =
      "{\"workspace_id\":\"\(place.workspace)\",\"type\":\"presence.changed\","
      + "\"payload\":{\"status\":\"\(String(repeating: "z", count: fillerBytes))\"}}"
  }

  /// Publishes until there are so many, or there is no more need.
  mutating func publish(_ count: Int, while isNeeded: () throws -> Bool = { true }) throws -> Range<Int> {
    let first = published.count
    while published.count < first + count, try isNeeded() {
      let sentAt = monotonicNanoseconds()
      let cursor = try client.post("timed \(published.count)", to: channel)["event"]["cursor"].text
      published.append(Publication(cursor: cursor, sentAt: sentAt))
      _ = try client.call(.post, "/api/realtime/ephemeral", json: filler)
      usleep(pauseMicroseconds)
    }
    return first..<published.count
  }

  /// Tells the readers that no more will come.
  func end(in place: TestServer.Place) throws {
    _ = try client.call(
      .post, "/api/realtime/ephemeral",
      json: """
        {"workspace_id":"\(place.workspace)","channel_id":"\(place.general)","type":"typing.started"}
        """)
  }
}

func monotonicNanoseconds() -> UInt64 {
  var now = timespec()
  clock_gettime(CLOCK_MONOTONIC, &now)
  return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
}
