import Dispatch
import Glibc
import Runtime
import Testing

@Suite struct MetricsTests {
  private func text(_ registry: MetricsRegistry) -> String { String(decoding: registry.render(), as: UTF8.self) }

  @Test func expositionHasHelpTypeAndSortedFamilies() {
    let registry = MetricsRegistry()
    registry.gauge("b_open", help: "Open things.").set(-3)
    registry.counter("a_total", help: "All things.", labels: [("kind", "x"), ("code", "200")]).increment(by: 2)
    registry.counter("a_total", help: "All things.", labels: [("kind", "y"), ("code", "500")]).increment()
    #expect(
      text(registry) == """
        # HELP a_total All things.
        # TYPE a_total counter
        a_total{code="200",kind="x"} 2
        a_total{code="500",kind="y"} 1
        # HELP b_open Open things.
        # TYPE b_open gauge
        b_open -3

        """)
  }

  @Test func sameNameAndLabelsIsTheSameMetric() {
    let registry = MetricsRegistry()
    let one = registry.counter("n_total", help: "N.", labels: [("a", "1"), ("b", "2")])
    let two = registry.counter("n_total", help: "N.", labels: [("b", "2"), ("a", "1")])
    #expect(one === two)
    #expect(registry.gauge("g", help: "G.") === registry.gauge("g", help: "G."))
  }

  @Test func helpAndLabelValuesAreEscaped() {
    let registry = MetricsRegistry()
    _ = registry.gauge("g", help: "one\\two\n\"three\"", labels: [("path", "a\\b\n\"c\"")])
    #expect(
      text(registry) == """
        # HELP g one\\\\two\\n"three"
        # TYPE g gauge
        g{path="a\\\\b\\n\\"c\\""} 0

        """)
  }

  @Test func histogramBucketsAreCumulativeAndIncludeTheirBound() {
    let registry = MetricsRegistry()
    let histogram = registry.histogram("h_seconds", help: "H.", bounds: [0.5, 1], labels: [("m", "x")])
    for value in [0.25, 0.5, 0.75, 8, .nan] { histogram.observe(value) }
    histogram.observe(.milliseconds(500))
    #expect(
      text(registry) == """
        # HELP h_seconds H.
        # TYPE h_seconds histogram
        h_seconds_bucket{m="x",le="0.5"} 3
        h_seconds_bucket{m="x",le="1"} 4
        h_seconds_bucket{m="x",le="+Inf"} 5
        h_seconds_sum{m="x"} 10
        h_seconds_count{m="x"} 5

        """)
  }

  @Test func readingsAreTakenAtEveryScrapeAndMayBeAbsent() {
    let registry = MetricsRegistry()
    let gauge = registry.gauge("backing", help: "B.")
    registry.read("live", help: "L.") { gauge.value == 0 ? nil : Double(gauge.value) / 2 }
    #expect(!text(registry).contains("\nlive "))
    gauge.set(3)
    #expect(text(registry).contains("\nlive 1.5\n"))
  }

  @Test func concurrentRecordingLosesNothing() {
    let registry = MetricsRegistry()
    let counter = registry.counter("n_total", help: "N.")
    let gauge = registry.gauge("g", help: "G.")
    let histogram = registry.histogram("h", help: "H.", bounds: [1])
    DispatchQueue.concurrentPerform(iterations: 4) { _ in
      for _ in 0..<5_000 {
        counter.increment()
        gauge.increment(by: 2)
        gauge.decrement()
        histogram.observe(2)
      }
    }
    #expect(counter.value == 20_000)
    #expect(gauge.value == 20_000)
    #expect(histogram.snapshot.counts == [0, 20_000])
    #expect(histogram.snapshot.sum == 40_000)
  }

  @Test func processMetricsTellTheTruth() throws {
    let registry = MetricsRegistry()
    registry.addProcessMetrics()
    let descriptors = (0..<20).map { _ in open("/dev/null", O_RDONLY) }
    defer { descriptors.forEach { close($0) } }
    #expect(try sample("process_open_fds", registry) >= Double(descriptors.count))
    #expect(try sample("process_max_fds", registry) >= sample("process_open_fds", registry))
    #expect(try sample("process_resident_memory_bytes", registry) > 1_000_000)
    #expect(
      try sample("process_virtual_memory_bytes", registry) > sample("process_resident_memory_bytes", registry))
    #expect(try sample("process_cpu_seconds_total", registry) > 0)
    let now = Double(time(nil))
    #expect(try (now - 24 * 3600...now + 1).contains(sample("process_start_time_seconds", registry)))
    #expect(text(registry).contains("# TYPE process_cpu_seconds_total counter\n"))
  }

  private func sample(_ name: String, _ registry: MetricsRegistry) throws -> Double {
    let line = try #require(text(registry).split(separator: "\n").first { $0.hasPrefix(name + " ") })
    return try #require(Double(line.dropFirst(name.count + 1)))
  }
}
