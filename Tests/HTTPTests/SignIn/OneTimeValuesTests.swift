import Testing

@testable import HTTP

@Suite struct OneTimeValuesTests {
  private let start = ContinuousClock.now

  @Test func aValueIsTakenOnce() {
    let values = OneTimeValues<Int>(countMax: 4, lifetime: .seconds(10))
    #expect(values.insert(1, for: "a", at: start))
    #expect(values.take("b", at: start) == nil)
    #expect(values.take("a", at: start) == 1)
    #expect(values.take("a", at: start) == nil)
  }

  @Test func aValueExpires() {
    let values = OneTimeValues<Int>(countMax: 4, lifetime: .seconds(10))
    #expect(values.insert(1, for: "a", at: start))
    #expect(values.take("a", at: start + .seconds(10)) == nil)
  }

  @Test func aNewcomerNeverThrowsOutAnother() {
    let values = OneTimeValues<Int>(countMax: 2, lifetime: .seconds(10))
    #expect(values.insert(1, for: "a", at: start))
    #expect(values.insert(2, for: "b", at: start + .seconds(1)))
    #expect(!values.insert(3, for: "c", at: start + .seconds(2)))
    // The first has expired.
    #expect(values.insert(3, for: "c", at: start + .seconds(10)))
    #expect(!values.insert(4, for: "d", at: start + .seconds(10)))
    #expect(values.take("b", at: start + .seconds(10)) == 2)
    #expect(values.insert(4, for: "d", at: start + .seconds(10)))
    #expect(values.take("d", at: start + .seconds(10)) == 4)
  }

  @Test func manyComeAndGo() {
    let values = OneTimeValues<Int>(countMax: 3, lifetime: .seconds(10))
    for index in 0..<10_000 {
      let now = start + .seconds(index * 4)
      #expect(values.insert(index, for: "\(index)", at: now))
      if index.isMultiple(of: 2) { #expect(values.take("\(index)", at: now) == index) }
    }
  }
}
