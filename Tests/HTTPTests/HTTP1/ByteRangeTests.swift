import Testing

@testable import HTTP

@Suite struct ByteRangeTests {
  @Test(
    arguments: [
      ("bytes=0-0", ByteRange.part(0..<1)), ("bytes=2-5", .part(2..<6)), ("bytes=5-", .part(5..<10)),
      ("bytes=-3", .part(7..<10)), ("bytes=-30", .part(0..<10)), ("bytes=9-100", .part(9..<10)),
      ("Bytes = 1-2", .whole), ("BYTES=1-2", .part(1..<3)),
      ("bytes=10-", .unsatisfiable), ("bytes=10-12", .unsatisfiable), ("bytes=-0", .unsatisfiable),
      ("bytes=5-2", .whole), ("bytes=", .whole), ("bytes=-", .whole), ("bytes=a-b", .whole), ("items=0-1", .whole),
      ("bytes=0-1,3-4", .whole), ("bytes=99999999999999999999-", .whole), ("bytes=0-99999999999999999999", .whole),
    ])
  func readsOneRangeOfTenBytes(field: String, range: ByteRange) {
    #expect(ByteRange(field, of: 10) == range)
  }

  @Test func anEmptyFileHasNoRange() {
    #expect(ByteRange("bytes=0-", of: 0) == .unsatisfiable)
    #expect(ByteRange("bytes=-1", of: 0) == .unsatisfiable)
  }
}
