import Testing

@testable import Storage

@Suite struct MentionsTests {
  @Test(arguments: [
    ("hello world", []),
    ("hello @alice", ["alice"]),
    ("@alice look, @bob too", ["alice", "bob"]),
    ("@Alice hey @ALICE", ["alice"]),
    ("@a_b-2.", ["a_b-2"]),
    ("cc:\"@alice\" and cc:@bob (@cara)", ["alice", "bob", "cara"]),
    ("...@alice!", ["alice"]),
    ("user@example.com", []),
    ("first.last+tag@example.com and me_@example.com", []),
    ("a-@bob", []),
    ("-@bob", ["bob"]),
    ("@@alice", []),
    ("@alice@example.com", []),
    ("just an @ and @_x and @-x and @x", []),
    ("@\(String(repeating: "a", count: 32))", [String(repeating: "a", count: 32)]),
    ("@\(String(repeating: "a", count: 33))", []),
    ("see https://example.com/@alice then @bob", ["bob"]),
    ("see HTTPS://example.com/@alice then @bob", ["bob"]),
    ("see ftp://user:@alice@host/ then @bob", ["bob"]),
    ("see www.example.com/@alice then @bob", ["bob"]),
    ("WWW.example.com/@alice", []),
    ("awww.@alice", ["alice"]),
    ("a <https://example.com/@alice> @bob", ["bob"]),
    ("http:/@alice and ://@bob", ["alice", "bob"]),
    ("check out [ask @user](https://example.com/@other)", []),
    ("[x] notify @alice [details](https://example.com)", ["alice"]),
    ("[a [b @bob]](c) @cara", ["cara"]),
    ("[@alice] (x) and [@bob]", ["alice", "bob"]),
    ("[@alice](never closed", ["alice"]),
    ("[https://example.com/@alice](x) @bob", ["bob"]),
    ("@alice [b](c) @dora ] [", ["alice", "dora"]),
    ("`@alice`", ["alice"]),
    ("你好@alice你好", ["alice"]),
    ("line\n@alice\ttab @bob", ["alice", "bob"]),
  ])
  func finds(_ body: String, _ expected: [String]) {
    #expect(Mentions.handles(in: body) == expected)
  }

  /// Whatever is thrown at it, what it finds are handles that stand in the text, each once, after an `@`.
  @Test func findsOnlyHandlesThatAreThere() {
    var generator = SplitMix64(seed: 20_260_731)
    let pieces = [
      "@", "@@", "alice", "Bob-9", "_", "-", ".", " ", "\n", "[", "]", "(", ")", "](", "://", "http", "www.", "é",
      "\u{0}",
      "<", ">", "\"", "x@y.z",
    ]
    for _ in 0..<3_000 {
      let body = (0..<Int.random(in: 0...24, using: &generator))
        .map { _ in pieces[Int.random(in: 0..<pieces.count, using: &generator)] }.joined()
      let handles = Mentions.handles(in: body)
      #expect(Set(handles).count == handles.count, "seed 20260731, \(body.debugDescription)")
      for handle in handles {
        #expect((2...32).contains(handle.utf8.count))
        #expect(body.lowercased().contains("@" + handle), "seed 20260731, \(body.debugDescription)")
      }
    }
  }

  /// A megabyte of what makes naive scanners quadratic: for them it would take hours.
  @Test(.timeLimit(.minutes(1)), arguments: ["[", "[a](", "[[@ab](", "@", "@ab[", "www.", "a://", "]("])
  func readsHostileTextOnce(_ piece: String) {
    let body = String(repeating: piece, count: (1 << 20) / piece.utf8.count)
    #expect(Mentions.handles(in: body + " @alice").count <= 2)
  }
}
