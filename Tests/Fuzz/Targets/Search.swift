@testable import Storage
import Synchronization

/// Searches: whatever is typed is a query that FTS5 accepts, and a message is found by its own words.
func fuzzSearch(_ bytes: [UInt8]) {
  let text = String(decoding: bytes, as: UTF8.self)
  guard let query = outcome({ () throws(StoreError) in try SearchQuery(text) }) else { return }
  invariant(query.words.count <= SearchQuery.wordsMax && Set(query.words).count == query.words.count, "the words")
  invariant(query.words.reduce(0) { $0 + $1.unicodeScalars.count } <= SearchQuery.codePointsMax, "a query too long")
  invariant(query.words.allSatisfy { !$0.isEmpty && !$0.utf8.contains(0) }, "an empty word")
  let again = outcome { () throws(StoreError) in try SearchQuery(query.words.joined(separator: " ")) }
  invariant(again == query, "a query of the words is another one")
  guard !query.isEmpty else { return }
  index.withLock { check(query, text, $0) }
}

private func check(_ query: SearchQuery, _ text: String, _ index: SQLiteConnection) {
  do {
    try index.script("SAVEPOINT input")
    try index.execute("INSERT INTO messages (pk, body) VALUES (1, ?1)", [.text(text)])
    try SearchIndex.catchUp(index)
    let found = try index.first(
      "SELECT snippet(messages_fts, 0, ?2, ?3, '…', 32) FROM messages_fts WHERE messages_fts MATCH ?1",
      [.text(query.fts5), .text("\u{2}1<"), .text(">1\u{3}")]
    ) { $0.text(0) }
    try index.script("ROLLBACK TO input; RELEASE input")
    guard let found else { return invariant(false, "a message is not found by its own words: \(query.fts5)") }
    let marked = MarkedText(found, open: "\u{2}1<", close: ">1\u{3}")
    let count = marked.text.unicodeScalars.count
    invariant(count <= MarkedText.scalarsMax, "the snippet is too long")
    var end = 0
    for highlight in marked.highlights {
      invariant(end <= highlight.start && highlight.start <= highlight.end && highlight.end <= count, "a highlight")
      end = highlight.end
    }
  } catch {
    invariant(false, "FTS5 refuses \(query.fts5): \(error)")
  }
}

private let index = Mutex(makeIndex())

private func makeIndex() -> sending SQLiteConnection {
  do {
    let connection = try SQLiteConnection(path: ":memory:", readOnly: false)
    try connection.script("CREATE TABLE messages (pk INTEGER PRIMARY KEY, body TEXT NOT NULL);" + Schema.search)
    return connection
  } catch {
    fatalError("\(error)")
  }
}
