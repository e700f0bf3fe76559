import Testing

@testable import Storage

@Suite struct TimestampTests {
  @Test(arguments: [
    ("2026-01-31T09:05:00Z", "2026-01-31T09:05:00.000000Z"),
    ("2026-01-31t09:05:00.1234567z", "2026-01-31T09:05:00.123456Z"),
    ("2024-02-29T23:30:00-01:00", "2024-03-01T00:30:00.000000Z"),
    ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000000Z"),
    ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
  ])
  func reads(text: String, expected: String) throws {
    #expect(try #require(Timestamp(rfc3339: text)).text == expected)
  }

  /// The last three are in years without four digits once they are in UTC.
  @Test(arguments: [
    "", "2026-01-31", "2026-01-31 09:05:00Z", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01T24:00:00Z",
    "2026-01-01T00:00:00", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00+1:00", "2026-01-01T00:00:00Zx",
    "9999-12-31T23:59:59-00:01", "9999-12-31T23:59:59-23:59", "0000-01-01T00:00:00+00:01",
  ])
  func refuses(text: String) {
    #expect(Timestamp(rfc3339: text) == nil)
  }

  @Test func whatIsWrittenIsReadBack() {
    let seed = UInt64.random(in: .min ... .max)
    var random = SplitMix64(seed: seed)
    for _ in 0..<2_000 {
      let time = Timestamp(
        microseconds: Int64.random(in: -62_167_219_200_000_000..<253_402_300_800_000_000, using: &random))
      #expect(Timestamp(rfc3339: time.text) == time, "seed \(seed): \(time.text)")
      let hours = Int.random(in: 0...23, using: &random)
      let shifted = time.text.dropLast() + "-\(hours < 10 ? "0" : "")\(hours):30"
      if let other = Timestamp(rfc3339: shifted) {
        #expect(other == time.adding(seconds: Int64(hours) * 3_600 + 1_800), "seed \(seed): \(shifted)")
      }
    }
  }

  @Test func staysWithinWhatCanBeWritten() {
    let (first, last) = ("0000-01-01T00:00:00.000000Z", "9999-12-31T23:59:59.999999Z")
    #expect(Timestamp(microseconds: .min).text == first)
    #expect(Timestamp(microseconds: .max).text == last)
    for moment in [Timestamp.now(), Timestamp(microseconds: .min), Timestamp(microseconds: .max)] {
      for seconds in [Int64.max, 1 << 50, 400_000_000_000] {
        #expect(moment.adding(seconds: seconds).text == last)
        #expect(moment.adding(seconds: -seconds).text == first)
      }
    }
  }
}
