import HTTP
import Storage

/// A blocking subscriber of server-sent events. Used by one thread at a time.
final class EventStreamClient {
  private let client: HTTPClient
  private var text: [UInt8] = []
  private(set) var lastEventID = ""
  private(set) var head: Response?

  init(port: UInt16, workspace: String, user: UserID? = nil, token: String? = nil, lastEventID: String? = nil) throws {
    client = try HTTPClient(port: port, user: user, token: token)
    self.lastEventID = lastEventID ?? ""
    let fields = lastEventID.map { [("Last-Event-ID", $0)] } ?? []
    try client.socket.send(client.bytes(.get, "/api/realtime/sse?workspace_id=\(workspace)", headers: fields))
  }

  /// The next event; nil when the stream ended.
  func next() throws -> LiveEvent? {
    while true {
      while let block = takeBlock() {
        var data: String?
        for line in block.split(separator: "\n") {
          if line.hasPrefix("id: ") { lastEventID = String(line.dropFirst(4)) }
          if line.hasPrefix("data: ") { data = String(line.dropFirst(6)) }
        }
        if let data { return try LiveEvent(Array(data.utf8)) }
      }
      let piece = try client.receiveStream { head = $0 }
      if piece.isEmpty {
        client.socket.finishSending()
        return nil
      }
      text += piece
    }
  }

  private func takeBlock() -> String? {
    guard text.count > 1 else { return nil }
    for index in 1..<text.count where text[index] == 10 && text[index - 1] == 10 {
      defer { text.removeFirst(index + 1) }
      return String(decoding: text[...index], as: UTF8.self)
    }
    return nil
  }
}
