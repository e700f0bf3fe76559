import Testing

@testable import Storage

@Suite struct SearchTests {
  let fixture: RealtimeFixture

  init() throws { fixture = try RealtimeFixture() }

  func find(
    _ text: String, scope: Search.Scope = .workspace, order: Search.Order = .newest, cursor: String? = nil,
    limit: Int = 50, by user: UserID? = nil
  ) throws -> Search.Page {
    try fixture.read { db in
      try Search.find(
        try SearchQuery(text), in: fixture.workspace, scope: scope, order: order, cursor: cursor, limit: limit,
        for: fixture.person(user ?? fixture.owner), db)
    }
  }

  @Test func findsEveryWordAsTheBeginningOfAWord() throws {
    let first = try fixture.post("a lazy dog sleeps")
    let second = try fixture.post("the fox and the dog are friends")
    #expect(try find("dog").results.map(\.id) == [second, first])
    #expect(try find("FOX dog").results.map(\.id) == [second])
    #expect(try find("sleep").results.map(\.id) == [first])
    #expect(try find("sleep").results.first?.highlights == [.init(start: 11, end: 17)])
    #expect(try find("unicorn").results.isEmpty)
    #expect(try find(" \t ").results.isEmpty)
  }

  @Test func highlightsCountCodePoints() throws {
    try fixture.post("👩‍👩‍👧 naïve café — crème")
    let result = try #require(try find("cafe").results.first)
    let scalars = Array(result.snippet.unicodeScalars)
    let highlight = try #require(result.highlights.first)
    #expect(String(String.UnicodeScalarView(scalars[highlight.start..<highlight.end])) == "café")
  }

  @Test func longMessagesAreCutAroundTheMatch() throws {
    let filler = Array(repeating: "word", count: 200).joined(separator: " ")
    try fixture.post("\(filler) needle \(filler)")
    let result = try #require(try find("needle").results.first)
    #expect(result.snippet.utf8.count < 400)
    #expect(result.snippet.hasPrefix("…") && result.snippet.hasSuffix("…"))
    let highlight = try #require(result.highlights.first)
    let scalars = Array(result.snippet.unicodeScalars)
    #expect(String(String.UnicodeScalarView(scalars[highlight.start..<highlight.end])) == "needle")
  }

  /// The index would compare each match with each other.
  @Test(arguments: ["", "lead ", String(repeating: "lead ", count: 50)])
  func messagesFullOfMatchesAreCutAroundTheFirst(_ lead: String) throws {
    for _ in 0..<20 { try fixture.post(lead + String(repeating: "b ", count: 8_000)) }
    let start = ContinuousClock.now
    let results = try find("b").results
    // Without the bound some 20 seconds.
    #expect(ContinuousClock.now - start < .seconds(10))
    #expect(results.count == 20)
    for result in results {
      let scalars = Array(result.snippet.unicodeScalars)
      #expect(scalars.count <= 162 && result.highlights.count > 40 && result.snippet.hasSuffix("…"))
      #expect(result.snippet.hasPrefix(lead.count > 40 ? "…lead " : lead))
      for highlight in result.highlights {
        #expect(String(String.UnicodeScalarView(scalars[highlight.start..<highlight.end])) == "b")
      }
    }
  }

  @Test func hugeMessagesAreShownFromTheirBeginning() throws {
    for _ in 0..<5 { try fixture.post("first " + String(repeating: "b ", count: 200_000)) }
    let start = ContinuousClock.now
    let results = try find("b").results
    #expect(ContinuousClock.now - start < .seconds(10))
    #expect(results.count == 5)
    for result in results {
      #expect(result.highlights.isEmpty && result.snippet.unicodeScalars.count <= 161)
      #expect(result.snippet.hasPrefix("first b b") && result.snippet.hasSuffix("…"))
    }
  }

  @Test(arguments: [
    "\"", "\"\"", "*", "a*", "-fox", "NOT fox", "fox OR dog", "body:fox", "(fox", "fox)", "{fox}", "^fox",
    "fox NEAR dog",
    "NEAR(fox dog)", "+", "fox + dog", "\u{0}", "fox\u{0}dog", "'", ";", "--", "%", "\\", "\u{2}<", "🦊", "…",
    "fox\" OR \"dog",
  ])
  func syntaxIsTakenLiterally(_ text: String) throws {
    let message = try fixture.post("fox NEAR body OR dog NOT a friend")
    try fixture.post("elsewhere")
    // Whatever is typed: an answer, never an error of the index, and only what has all the words.
    let found = try find(text).results.map(\.id)
    #expect(found.isEmpty || found == [message])
  }

  @Test func randomQueriesNeverFail() throws {
    try fixture.post("fox \"quoted\" (dog) AND * ^ : {} NEAR")
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SplitMix64(seed: seed)
    let alphabet = Array("fox dog\"'()*^:{}+-,.<>AND OR NOT NEAR/0 \u{0}\u{1}\u{7f}é👍\u{301}\n".unicodeScalars)
    for _ in 0..<500 {
      let length = Int.random(in: 0...40, using: &generator)
      let text = String(
        String.UnicodeScalarView((0..<length).map { _ in alphabet.randomElement(using: &generator) ?? "x" }))
      #expect(throws: Never.self, "seed \(seed), query \(text.debugDescription)") {
        _ = try find(text, order: .relevance)
      }
    }
  }

  @Test func queriesAreBounded() throws {
    #expect(throws: Never.self) { _ = try SearchQuery(String(repeating: "é", count: 500)) }
    #expect(throws: StoreError.self) { _ = try SearchQuery(String(repeating: "x", count: 501)) }
    #expect(throws: Never.self) { _ = try SearchQuery("  \(String(repeating: "x", count: 500))\n ") }
    let words = (0..<33).map { "w\($0)" }.joined(separator: " ")
    #expect(throws: StoreError.self) { _ = try SearchQuery(words) }
    #expect(try SearchQuery(String(repeating: "x ", count: 250)).words == ["x"])
  }

  @Test func showsOnlyWhatTheCallerMayRead() throws {
    let inGeneral = try fixture.post("needle in general")
    let forGuests = try fixture.post("needle for guests", in: fixture.guests)
    let conversation = try fixture.direct([fixture.owner, fixture.alice])
    let direct = try fixture.post("needle in private", direct: conversation)

    #expect(try find("needle").results.map(\.id) == [forGuests, inGeneral])
    #expect(try find("needle", by: fixture.guest).results.map(\.id) == [forGuests])
    #expect(try find("needle", scope: .channel(fixture.general)).results.map(\.id) == [inGeneral])
    #expect(try find("needle", scope: .direct(conversation), by: fixture.alice).results.map(\.id) == [direct])
    #expect(throws: StoreError.notFound("conversation")) {
      try find("needle", scope: .direct(conversation), by: fixture.guest)
    }
    #expect(throws: StoreError.self) {
      try find("needle", scope: .channel(fixture.general), by: fixture.guest)
    }
    #expect(throws: StoreError.notFound("channel")) { try find("needle", scope: .channel("chn_nope")) }
    #expect(throws: StoreError.notFound("workspace")) { try find("needle", by: fixture.outsider) }
  }

  @Test(arguments: [Search.Order.newest, .relevance])
  func pagesStayStableWhenMessagesArrive(_ order: Search.Order) throws {
    var posted: Set<MessageID> = []
    for index in 0..<25 {
      posted.insert(try fixture.post(String(repeating: "needle ", count: 1 + index % 5) + "\(index)"))
    }
    var seen: [MessageID] = []
    var cursor: String?
    repeat {
      let page = try find("needle", order: order, cursor: cursor, limit: 4)
      #expect(page.results.count <= 4)
      seen += page.results.map(\.id)
      cursor = page.nextCursor
      try fixture.post("needle that came later")
    } while cursor != nil
    #expect(Set(seen) == posted)
    #expect(seen.count == posted.count)
  }

  @Test(arguments: ["", "x", "1-2", "1-2-3-4", "-1-2-3", "zz-1-1", "1-1-ffffffffffffff", "ffffffffffffffffff-1-1"])
  func strangeCursorsAreRefused(_ cursor: String) throws {
    #expect(throws: StoreError.self) { try find("needle", cursor: cursor) }
  }

  @Test func relevancePrefersTheBetterMatch() throws {
    let better = try fixture.post("needle needle needle")
    try fixture.post("a needle in a very long message about something that is not sewing at all")
    #expect(try find("needle", order: .relevance).results.first?.id == better)
  }
}
