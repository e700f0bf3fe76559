import FoundationEssentials
import Testing

@testable import Storage

@Suite struct MessagePagesTests {
  let chat: MessagesFixture

  init() throws { chat = try MessagesFixture() }

  struct Page: Decodable, Equatable {
    struct Item: Decodable, Equatable {
      let channel_seq: Int64
    }
    let messages: [Item]
    let oldest_seq: Int64
    let newest_seq: Int64
    let has_older: Bool
    let has_newer: Bool
  }

  func page(
    _ window: MessagePages.Window, limit: Int, topic: String? = nil, bytesMax: Int = MessagePages.bytesMax
  ) throws -> Page {
    let bytes = try chat.read {
      try MessagePages.write(
        chat.owner, .channel(chat.general, topicID: topic), window, limit: limit, bytesMax: bytesMax, $0)
    }
    #expect(bytes.count <= bytesMax + 2 * 12_000)
    return try JSONDecoder().decode(Page.self, from: Data(bytes))
  }

  /// What a page of these positions must be, worked out on a plain array.
  static func expected(_ all: [Int64], _ window: MessagePages.Window, limit: Int) -> Page {
    let slice: [Int64]
    switch window {
    case .latest: slice = all.suffix(limit)
    case .before(let seq): slice = all.filter { $0 < seq }.suffix(limit)
    case .after(let seq): slice = Array(all.filter { $0 > seq }.prefix(limit))
    case .around(let seq):
      let left = all.filter { $0 <= seq }
      let right = all.filter { $0 > seq }
      var takeLeft = min(left.count, (limit + 1) / 2)
      let takeRight = min(right.count, limit - takeLeft)
      takeLeft = min(left.count, limit - takeRight)
      slice = left.suffix(takeLeft) + right.prefix(takeRight)
    }
    return Page(
      messages: slice.map { Page.Item(channel_seq: $0) }, oldest_seq: slice.first ?? 0, newest_seq: slice.last ?? 0,
      has_older: slice.first.map { first in all.contains { $0 < first } } ?? false,
      has_newer: slice.last.map { last in all.contains { $0 > last } } ?? false)
  }

  @Test func everyWindowIsWhatItSays() throws {
    try chat.execute(
      "INSERT INTO topics (id, workspace_id, name, created_at) VALUES ('top_a', ?1, 'a', 'now')",
      [.text(chat.workspaceID)])
    #expect(try page(.latest, limit: 3) == Self.expected([], .latest, limit: 3))
    let roots = try (1...11).map { try chat.post("m\($0)", topic: $0 % 3 == 0 ? "top_a" : nil).message.id }
    try chat.reply("aside", to: roots[3])
    _ = try chat.write { try Messages.delete(chat.owner, roots[5], $0) }
    let all = (1...11).map(Int64.init)
    let filed = all.filter { $0 % 3 == 0 }
    let positions: [Int64] = [0, 1, 2, 5, 6, 10, 11, 12, 500, .max]
    for limit in [1, 2, 3, 4, 5, 11, 12, 200] {
      for window in [.latest] + positions.flatMap({ [.before($0), .after($0), .around($0)] as [MessagePages.Window] }) {
        #expect(try page(window, limit: limit) == Self.expected(all, window, limit: limit), "\(window), \(limit)")
        #expect(
          try page(window, limit: limit, topic: "top_a") == Self.expected(filed, window, limit: limit),
          "\(window), \(limit), of a topic")
      }
    }
  }

  @Test func aPageOfHugeMessagesEndsEarlyAndSaysSo() throws {
    for number in 1...12 { try chat.post("\(number) " + String(repeating: "x", count: 10_000)) }
    func seqs(_ window: MessagePages.Window, bytesMax: Int) throws -> Page {
      let page = try page(window, limit: 200, bytesMax: bytesMax)
      #expect(page.oldest_seq == page.messages.first?.channel_seq)
      #expect(page.newest_seq == page.messages.last?.channel_seq)
      #expect(page.messages.map(\.channel_seq) == Array(page.oldest_seq...page.newest_seq))
      #expect(page.has_older == (page.oldest_seq > 1))
      #expect(page.has_newer == (page.newest_seq < 12))
      return page
    }
    for bytesMax in [0, 1, 15_000, 25_000, 50_000, 90_000, 1_000_000] {
      let latest = try seqs(.latest, bytesMax: bytesMax)
      #expect(latest.newest_seq == 12)
      #expect(latest.messages.count == max(1, min(12, bytesMax / 11_000)))
      #expect(try seqs(.before(9), bytesMax: bytesMax).newest_seq == 8)
      #expect(try seqs(.after(3), bytesMax: bytesMax).oldest_seq == 4)
      let around = try seqs(.around(6), bytesMax: bytesMax)
      #expect((around.oldest_seq...around.newest_seq).contains(6))
    }
    // Every message is reached by paging from either end.
    var down: [Int64] = []
    var cursor = Int64.max
    repeat {
      let page = try seqs(.before(cursor), bytesMax: 30_000)
      down = page.messages.map(\.channel_seq) + down
      cursor = page.oldest_seq
    } while cursor > 1
    #expect(down == Array(1...12))
  }

  @Test func refusesStrangersAndUnknownTopics() throws {
    let outsider = try chat.outsider("Olaf")
    func read(_ caller: Caller, _ scope: MessagePages.Scope) throws {
      _ = try chat.read { try MessagePages.write(caller, scope, .latest, limit: 1, $0) }
    }
    #expect(refusal { try read(outsider, .channel(chat.general, topicID: nil)) } == .notFound)
    #expect(refusal { try read(chat.owner, .channel("chn_nope", topicID: nil)) } == .notFound)
    #expect(refusal { try read(chat.owner, .channel(chat.general, topicID: "top_nope")) } == .notFound)
    #expect(refusal { try read(chat.owner, .direct("dm_nope")) } == .notFound)
  }

  /// Pages write rows without making messages first: both ways must make the same object.
  @Test func rowsAndValuesMakeTheSameObject() throws {
    let alice = try chat.member("Alice \"the\" \u{1} 🦞", handle: "alice")
    let first = try chat.post("a\n\"quoted\" \\ \u{7}", as: alice).message.id
    try chat.post("b", as: alice, nonce: "n", quoting: first)
    let threaded = try chat.post("c").message.id
    try chat.reply("d", to: threaded, as: alice)
    try chat.reply("e", to: threaded)
    _ = try chat.write { try Reactions.add(alice, "👍", to: first, $0) }
    _ = try chat.write { try Reactions.add(chat.owner, ":x:", to: first, $0) }
    _ = try chat.write { try Messages.update(alice, first, body: "edited", $0) }
    let gone = try chat.post("f").message.id
    _ = try chat.write { try Messages.delete(chat.owner, gone, $0) }

    let ids = try chat.read {
      try $0.all("SELECT id FROM messages WHERE parent_message_id IS NULL ORDER BY pk") { $0.text(0) }
    }
    let values = try chat.read { try Messages.load(ids: ids, viewer: alice.userID, $0) }
    var page = JSONWriter()
    page.object { json in
      json.key("messages")
      json.array { json in
        for value in values {
          json.object { json in
            json.key("value")
            value.write(to: &json)
            json.field("thread_state", ifPresent: value.threadState)
          }
        }
      }
    }
    struct Wrapped: Decodable {
      struct Entry: Decodable {
        let value: [String: JSONValue]
        let thread_state: JSONValue
      }
      let messages: [Entry]
    }
    struct Plain: Decodable {
      let messages: [[String: JSONValue]]
    }
    let fromValues = try JSONDecoder().decode(Wrapped.self, from: Data(page.bytes)).messages.map { entry in
      entry.value.merging(["thread_state": entry.thread_state]) { _, new in new }
    }
    let bytes = try chat.read {
      try MessagePages.write(alice, .channel(chat.general, topicID: nil), .latest, limit: 50, $0)
    }
    #expect(try JSONDecoder().decode(Plain.self, from: Data(bytes)).messages == fromValues)
  }
}
