@testable import Storage

/// Times, cursors and identifiers: what is read is written the same way, and identifiers only grow.
func fuzzPosition(_ bytes: [UInt8]) {
  let text = String(decoding: bytes, as: UTF8.self)
  if let time = Timestamp(rfc3339: text) {
    invariant(time.text.utf8.count == 27, "another length: \(time.text)")
    invariant(Timestamp(rfc3339: time.text) == time, "a time does not survive: \(time.text)")
    invariant(time.adding(seconds: 1) > time, "time stands still")
    let later = time.adding(seconds: 86_400)
    invariant(later.text > time.text || time.text.hasPrefix("9999-12-31"), "text does not sort by time")
  }
  if let cursor = outcome({ () throws(StoreError) in try SearchCursor(text) }) {
    invariant((0...SearchCursor.givenMax).contains(cursor.given) && cursor.last >= 0, "a cursor out of bounds")
    let again = outcome { () throws(StoreError) in try SearchCursor(cursor.text) }
    invariant(again == cursor, "a cursor does not survive")
  }
  if let place = outcome({ try MemberPosition(cursor: text, query: "", role: nil) }) {
    invariant(text.utf8.count <= MemberPosition.cursorBytesMax, "a cursor that is too long")
    let again = outcome { try MemberPosition(cursor: try place.cursor(), query: "", role: nil) }
    invariant(again == place, "a place in the list of members does not survive")
  }
  let generator = IDGenerator()
  if generator.advance(past: text) {
    let next = generator.make(.cursor)
    invariant(next.utf8.count == 30 && next.hasPrefix("cur_"), "no cursor: \(next)")
    let id = text.utf8.suffix(26)
    // After the last millisecond that fits, in the year 37648, there is no greater one.
    if !id.starts(with: "zzzzzzzzzz".utf8) {
      invariant(next > "cur_" + String(decoding: id, as: UTF8.self), "a smaller cursor: \(next)")
      invariant(generator.make(.cursor) > next, "not growing")
    }
  }
}
