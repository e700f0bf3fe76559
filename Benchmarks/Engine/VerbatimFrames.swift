import Actors
import HTTP
import Runtime
import Storage

/// Frames the payload of an event as it was published, so that all broadcasters send the same bytes.
struct VerbatimFrames: EventEncoder {
  func encode(_ json: [UInt8], of event: Event, as format: WireFormat) -> Frame {
    Frame(WebSocketEncoder.frame(.text, Array(event.payload.utf8)))
  }
}
