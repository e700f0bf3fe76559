import Storage
import Testing

@testable import Actors

@Suite struct ActivityMeterTests {
  @Test func averagesTheLastMinute() {
    let counters = Shared(DatabaseWriter.Counters())
    let meter = ActivityMeter(writer: { counters.value })
    let start = ContinuousClock.now
    #expect(meter.rates(at: start) == .init())
    for second in stride(from: 0, through: 120, by: 5) {
      meter.sample(at: start + .seconds(second))
      counters.update {
        $0.requests += 50
        $0.commits += 10
      }
    }
    var batch = CommitBatch()
    batch.events = (0..<60).map { Event.sample($0) }
    meter.committed(batch)
    // The oldest of twelve samples is 55 seconds old, and one step more has passed since the last.
    let rates = meter.rates(at: start + .seconds(125))
    #expect(rates == .init(messagesPerSecond: 1, writesPerSecond: 10, writesPerCommit: 5))
  }
}
