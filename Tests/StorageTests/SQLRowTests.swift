import Storage
import Testing

@Suite struct SQLRowTests {
  /// A damaged row may say anything; what counts on from it, such as the position of the next message, must not overflow.
  @Test(arguments: [Int64.max, .max - 1, .min, -1, 0, 1 << 62])
  func numbersThatNobodyWroteCanBeCountedOnFrom(stored: Int64) throws {
    let db = try SQLiteConnection(path: ":memory:", readOnly: false)
    let read = try #require(try db.first("SELECT ?1", [.integer(stored)]) { $0.int(0) })
    #expect(read == stored || stored.magnitude > 1 << 62)
    #expect((read < 0) == (stored < 0))
    #expect(!read.addingReportingOverflow(1 << 61).overflow && !read.subtractingReportingOverflow(1 << 61).overflow)
  }
}
