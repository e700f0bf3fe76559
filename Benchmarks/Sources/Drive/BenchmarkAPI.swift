import FoundationEssentials
import Glibc

/// The few blocking calls with which a run sets itself up through the public API.
final class BenchmarkAPI {
  struct Channel: Sendable {
    let id: String
    let workspace: String
  }

  private struct WorkspaceAnswer: Decodable {
    struct Workspace: Decodable { let id: String }
    let workspace: Workspace
  }

  private struct ChannelAnswer: Decodable {
    struct Channel: Decodable { let id: String }
    let channel: Channel
  }

  private struct MessageAnswer: Decodable {
    struct Message: Decodable { let id: String }
    let message: Message
  }

  private struct EventsAnswer: Decodable {
    struct Event: Decodable { let cursor: String }
    let events: [Event]?
    let tail_cursor: String?
  }

  private let target: Target
  private let address: Socket.Address
  private var descriptor: Int32 = -1
  private var created: [String] = []

  init(target: Target) throws {
    self.target = target
    address = try Socket.resolve(target)
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Makes a workspace of its own for each topic, with one channel, so that a run meets no older events.
  func makeChannels(_ count: Int) throws -> [Channel] {
    try (0..<count).flatMap { try makeWorkspace(named: "Benchmark \($0 + 1)", channels: 1) }
  }

  func makeWorkspace(named name: String, channels: Int) throws -> [Channel] {
    let workspace = try Self.decode(
      WorkspaceAnswer.self, from: call("POST", "/api/workspaces", json: "{\"name\":\"\(name)\"}", expect: 201)
    ).workspace.id
    created.append(workspace)
    return try (0..<channels).map { number in
      let answer = try call(
        "POST", "/api/workspaces/\(workspace)/channels", json: "{\"name\":\"load-\(number + 1)\"}", expect: 201)
      return Channel(id: try Self.decode(ChannelAnswer.self, from: answer).channel.id, workspace: workspace)
    }
  }

  /// Posts one message and answers its id.
  @discardableResult
  func post(_ body: String, in channel: Channel) throws -> String {
    let answer = try call("POST", "/api/channels/\(channel.id)/messages", json: "{\"body\":\"\(body)\"}", expect: 201)
    return try Self.messageID(in: answer)
  }

  /// The id of the message in the answer to a post.
  static func messageID(in answer: [UInt8]) throws -> String {
    try decode(MessageAnswer.self, from: answer).message.id
  }

  /// The cursor of the newest event of a workspace; empty when it has none.
  func tailCursor(of workspace: String) throws -> String {
    let answer = try call(
      "GET", "/api/realtime/events?workspace_id=\(workspace)&include_tail=true&limit=1", expect: 200)
    guard let tail = try Self.decode(EventsAnswer.self, from: answer).tail_cursor else {
      throw BenchmarkError("the server answers no tail_cursor")
    }
    return tail
  }

  /// The cursors of all events after one, in the order of the durable log.
  func cursors(of workspace: String, after start: String, max: Int) throws -> [String] {
    var all: [String] = []
    var cursor = start
    while all.count < max {
      let path = "/api/realtime/events?workspace_id=\(workspace)&limit=200"
      let page =
        try Self.decode(
          EventsAnswer.self,
          from: call("GET", cursor.isEmpty ? path : path + "&after_cursor=\(cursor)", expect: 200)
        ).events ?? []
      guard let last = page.last, last.cursor != cursor else { break }
      all += page.map(\.cursor)
      cursor = last.cursor
    }
    return all
  }

  /// Deletes the workspaces that this run made.
  func deleteCreated() throws {
    for workspace in created { _ = try call("DELETE", "/api/workspaces/\(workspace)", expect: 204) }
    created.removeAll()
  }

  /// Closes the connection, because the server is about to restart.
  func disconnect() {
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
  }

  /// The path of the realtime socket of a workspace, resuming after a cursor when there is one.
  static func realtimePath(workspace: String, after cursor: String) -> String {
    let path = "/api/realtime/ws?workspace_id=\(workspace)"
    return cursor.isEmpty ? path : path + "&after_cursor=\(cursor)"
  }

  /// One request on the kept-alive connection; a connection that has died meanwhile is replaced once.
  func call(_ method: String, _ path: String, json: String? = nil, expect: Int) throws -> [UInt8] {
    let request = target.request(method, path, json: json)
    let reused = descriptor >= 0
    do {
      return try exchange(request, method, path, expect)
    } catch let error as BrokenConnection {
      disconnect()
      guard reused else { throw BenchmarkError("\(method) \(path): \(error.reason)") }
    }
    do {
      return try exchange(request, method, path, expect)
    } catch let error as BrokenConnection {
      throw BenchmarkError("\(method) \(path): \(error.reason)")
    }
  }

  private struct BrokenConnection: Error {
    let reason: String
  }

  private func exchange(_ request: [UInt8], _ method: String, _ path: String, _ expect: Int) throws -> [UInt8] {
    if descriptor < 0 { descriptor = try Socket.connect(to: address, nonBlocking: false) }
    guard send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
      throw BrokenConnection(reason: Socket.reason(errno))
    }
    var reader = HTTPResponseReader(keepsBody: true)
    var part = [UInt8](repeating: 0, count: 64 * 1024)
    while !reader.isComplete {
      let count = recv(descriptor, &part, part.count, 0)
      guard count > 0 else {
        // An answer that does not come is not worth a second request: the first may have taken effect.
        if count < 0, errno == EAGAIN { throw BenchmarkError("\(method) \(path): no answer in time") }
        throw BrokenConnection(reason: "the server closed the connection")
      }
      _ = try reader.consume(Array(part[..<count]))
    }
    if reader.closesConnection { disconnect() }
    guard reader.status == expect else {
      let text = String(decoding: reader.body.prefix(300), as: UTF8.self)
      throw BenchmarkError("\(method) \(path) answered \(reader.status), not \(expect): \(text)")
    }
    return reader.body
  }

  private static func decode<Answer: Decodable>(_ type: Answer.Type, from bytes: [UInt8]) throws -> Answer {
    do {
      return try JSONDecoder().decode(type, from: Data(bytes))
    } catch {
      throw BenchmarkError("the server's answer is not what the contract says: \(error)")
    }
  }
}
