import SeededRandom

/// What people do in a chat, as requests: draws actions, makes their requests, and checks the answers.
///
/// A few workspaces and channels are busy, most are not. Used on one thread.
final class ChatTraffic {
  /// Of which size the chat is.
  struct Size {
    let clients: Int
    let workspaces: Int
    let channelsEach: Int
    let exponent: Double
    let messageBytes: Int

    init(_ arguments: Arguments) throws {
      clients = try arguments.integer(.clients, default: 1000, in: Limits.sockets)
      workspaces = try arguments.integer(.workspaces, default: 20, in: Limits.workspaces)
      channelsEach = try arguments.integer(.channels, default: 5, in: Limits.channels)
      exponent = try arguments.number(.zipf, default: 1, in: Limits.zipf)
      messageBytes = try arguments.integer(.messageBytes, default: 250, in: Limits.messageBytes)
    }
  }

  private static let reactions = ["+1", "heart", "tada", "eyes", "rocket", "joy", "thinking", "100"]

  let size: Size
  let workspaces: [String]
  /// The cursors of the workspaces before anything happened.
  let starts: [String]
  let workspaceOfClient: [Int]
  private let target: Target
  private let channels: [BenchmarkAPI.Channel]
  private let activity: Zipf
  private let vocabulary = ChatVocabulary()
  /// The last message of each channel, which is what reactions and replies go to.
  private var newest: [String]
  private var underWay: [Int: (action: ChatAction, channel: Int, due: UInt64)] = [:]
  var generator: SeededGenerator
  private(set) var faults = Faults()
  private(set) var times = ChatAction.allCases.map { _ in Histogram() }
  /// Latencies of all actions since whoever reads this has reset it.
  var recent = Histogram()

  /// Makes the workspaces and channels through the API.
  init(_ size: Size, seed: UInt64, _ context: RunContext) throws {
    self.size = size
    target = context.target
    generator = SeededGenerator(seed: seed)
    var channels: [BenchmarkAPI.Channel] = []
    for number in 1...size.workspaces {
      channels += try context.api.makeWorkspace(named: "Benchmark \(number)", channels: size.channelsEach)
      context.progress.show { "making workspaces: \(number) of \(size.workspaces)" }
    }
    self.channels = channels
    workspaces = stride(from: 0, to: channels.count, by: size.channelsEach).map { channels[$0].workspace }
    newest = try channels.map { try context.api.post("The first message.", in: $0) }
    starts = try workspaces.map { try context.api.tailCursor(of: $0) }
    let popularity = Zipf(count: size.workspaces, exponent: size.exponent)
    var generator = generator
    workspaceOfClient = (0..<size.clients).map { _ in popularity.draw(using: &generator) }
    self.generator = generator
    // Channels come workspace by workspace, so the first workspaces are the busy ones, as their client counts are.
    activity = Zipf(count: channels.count, exponent: size.exponent)
  }

  /// The WebSocket path of a client that has read up to a cursor.
  func path(of client: Int, after cursor: String) -> String {
    BenchmarkAPI.realtimePath(workspace: workspaces[workspaceOfClient[client]], after: cursor)
  }

  /// The request of the next action; its answer goes to `finish` with the same number.
  /// - Parameter due: the moment from which the action's latency counts.
  func request(number: Int, due: UInt64) -> [UInt8] {
    let action = ChatAction.draw(using: &generator)
    let channel = activity.draw(using: &generator)
    underWay[number] = (action, channel, due)
    let place = channels[channel]
    let correlation = "X-Correlation-ID: \(DeliverySink.correlationPrefix)\(number)\r\n"
    let message = "/api/messages/\(newest[channel])"
    switch action {
    case .post:
      let path = "/api/channels/\(place.id)/messages"
      return target.request("POST", path, client: number, headers: correlation, json: body())
    case .type:
      let json = "{\"workspace_id\":\"\(place.workspace)\",\"channel_id\":\"\(place.id)\",\"type\":\"typing.started\"}"
      return target.request("POST", "/api/realtime/ephemeral", client: number, json: json)
    case .readHistory:
      return target.request("GET", "/api/channels/\(place.id)/messages?limit=50", client: number)
    case .markRead:
      return target.request("POST", "/api/channels/\(place.id)/read", client: number, json: "{\"seq\":1000000}")
    case .react:
      let emoji = Self.reactions[Int.random(in: 0..<Self.reactions.count, using: &generator)]
      return target.request("POST", "\(message)/reactions", client: number, json: "{\"emoji\":\"\(emoji)\"}")
    case .reply:
      return target.request("POST", "\(message)/thread/replies", client: number, headers: correlation, json: body())
    case .search:
      let word = vocabulary.wantedWord(using: &generator)
      return target.request("GET", "/api/search?workspace_id=\(place.workspace)&q=\(word)", client: number)
    }
  }

  /// Counts a request that is none of the actions and was not answered as it should have been.
  func refuse(_ response: HTTPPool.Response) { faults.refuse(response) }

  func finish(_ response: HTTPPool.Response, _ now: UInt64) {
    guard let done = underWay.removeValue(forKey: response.tag) else { return }
    guard done.action.accepts(response.status) else { return faults.refuse(response) }
    times[done.action.rawValue].record(now - done.due)
    recent.record(now - done.due)
    guard done.action == .post else { return }
    do {
      newest[done.channel] = try BenchmarkAPI.messageID(in: response.body)
    } catch {
      faults.refuse(response)
    }
  }

  private func body() -> String {
    "{\"body\":\"\(vocabulary.text(bytes: size.messageBytes, using: &generator))\"}"
  }
}
