import Glibc
import Testing

@testable import Benchmarks

struct ReportTests {
  private func report(_ label: String, operations: UInt64, cpu: Double, faults: Faults = Faults()) -> Report {
    var histogram = Histogram()
    histogram.record(1_500_000, times: 99)
    histogram.record(9_000_000)
    var cost = Cost()
    cost.seconds = 2
    cost.serverUserSeconds = cpu / 4
    cost.serverSystemSeconds = cpu * 3 / 4
    cost.serverResidentBytes = 1_048_576
    return Report(
      label: label, scenario: "fanout", parameters: ["window": "8", "subscribers": "1000"], operation: "delivery",
      operations: operations, cost: cost, histogram: histogram, faults: faults)
  }

  @Test func figuresFollowFromTheCounts() throws {
    let report = report("a", operations: 1_000_000, cpu: 1)
    #expect(report.operationsPerSecond == 500_000)
    #expect(report.serverMicroseconds == 1)
    #expect(report.serverResidentBytes == 1_048_576)
    #expect(report.comparisonKey == "fanout subscribers=1000 window=8")
    let latency = try #require(report.latencyMicroseconds)
    #expect(abs(latency.p50 - 1500) < 15)
    #expect(abs(latency.p999 - 9000) < 90)
    #expect(report.table.contains("1.000 us  (0.250 user + 0.750 system)"))
    #expect(report.table.contains("1.0 MiB"))
  }

  @Test func jsonIsReadBack() throws {
    let original = report("a", operations: 10, cpu: 1, faults: Faults(missing: 3, note: "why"))
    let path = "/tmp/benchmarks-report-\(getpid()).json"
    defer { unlink(path) }
    try Command.writeFile(path, original.json())
    #expect(try Report(file: path) == original)
    #expect(throws: BenchmarkError.self) { try Report(file: path + ".absent") }
  }

  @Test func repetitionsAreSummedUpAndRelatedToTheBaseline() {
    let reports = [
      report("floor", operations: 1_000_000, cpu: 1), report("ours", operations: 1_000_000, cpu: 1.2),
      report("floor", operations: 1_000_000, cpu: 3), report("ours", operations: 1_000_000, cpu: 2.4),
      report("floor", operations: 1_000_000, cpu: 2), report("ours", operations: 1_000_000, cpu: 2.2),
    ]
    let table = Compare.table(reports, baseline: "floor")
    #expect(table.contains("2.000 (1.000-3.000)  1.00x"))
    #expect(table.contains("2.200 (1.200-2.400)  1.10x"))
  }

  @Test func medians() {
    #expect(Compare.Spread([]) == nil)
    #expect(Compare.Spread([3, 1, 2])?.median == 2)
    #expect(Compare.Spread([4, 1, 2, 3])?.median == 2.5)
  }

  @Test func plotsAreWellFormed() {
    let reports = [report("a <b> & \"c\"", operations: 5, cpu: 1), report("d", operations: 5, cpu: 2)]
    for svg in [LatencyPlot(reports: reports).svg, CostPlot(reports: reports, baseline: "d").svg] {
      #expect(svg.hasPrefix("<svg ") && svg.hasSuffix("</svg>\n"))
      #expect(svg.contains("a &lt;b&gt; &amp; &quot;c&quot;"))
      #expect(!svg.contains("nan") && !svg.contains("inf"))
    }
  }

  @Test(arguments: [
    (3_410_000.0, "3.41 M"), (204_000, "204 k"), (0.302, "0.302"), (9_800, "9800"), (0, "0"), (42.2, "42.2"),
  ])
  func figuresAreShort(value: Double, text: String) {
    #expect(Figure.short(value) == text)
  }

  @Test func fixedFiguresRound() {
    #expect(Figure.fixed(1.005, 1) == "1.0")
    #expect(Figure.fixed(0.06, 1) == "0.1")
    #expect(Figure.fixed(-2.5, 1) == "-2.5")
    #expect(Figure.fixed(12, 0) == "12")
    #expect(Figure.bytes(3174) == "3.1 KiB")
    #expect(Figure.duration(microseconds: 610) == "610 us")
    #expect(Figure.duration(microseconds: 23_900) == "23.9 ms")
    #expect(Figure.duration(microseconds: 1_190_000) == "1.19 s")
  }

  @Test func thisProcessIsVisible() {
    let usage = ServerProcess(process: getpid()).usage()
    #expect(usage.residentBytes > 1_000_000)
    #expect(ServerProcess(listeningOn: 1).isKnown == false)
  }
}
