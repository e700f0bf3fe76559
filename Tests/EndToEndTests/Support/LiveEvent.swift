import FoundationEssentials
import Storage

/// An event as a subscriber received it.
struct LiveEvent: Equatable, Sendable {
  let cursor: String
  let type: String
  let json: JSONValue

  init(_ bytes: [UInt8]) throws { self.init(try JSONDecoder().decode(JSONValue.self, from: Data(bytes))) }

  init(_ json: JSONValue) {
    self.json = json
    cursor = json["cursor"].text
    type = json["type"].text
  }

  /// The message that it is about, if it is about one.
  var messageID: String { json["payload"]["message_id"].text }
}
