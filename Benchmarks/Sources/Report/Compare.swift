/// Sets reports side by side: repetitions of one label are summed up by median and spread, and every label is related to
/// the baseline measured in the same session.
struct Compare {
  private let reports: [Report]
  private let baseline: String
  private let plotFile: String?

  init(_ arguments: Arguments) throws {
    guard !arguments.files.isEmpty else { throw BenchmarkError("compare needs at least one file that --json wrote") }
    reports = try arguments.files.map { try Report(file: $0) }
    let labels = reports.map(\.label)
    baseline = arguments.text(.baseline) ?? labels[0]
    guard labels.contains(baseline) else { throw BenchmarkError("no report has the label '\(baseline)'") }
    plotFile = arguments.text(.svg)
  }

  /// Prints the table and answers the exit status: 1 when any run had faults.
  func run() throws -> Int32 {
    Output.line(Self.table(reports, baseline: baseline))
    if let plotFile { try Command.writeFile(plotFile, CostPlot(reports: reports, baseline: baseline).svg) }
    return reports.contains { $0.faults.isFailure } ? 1 : 0
  }

  /// The repetitions of one label under the same conditions.
  struct Group {
    let key: String
    let label: String
    let reports: [Report]

    func values(_ value: (Report) -> Double?) -> Spread? { Spread(reports.compactMap(value)) }
  }

  /// Median and extremes of a few repetitions.
  struct Spread: Equatable {
    let median: Double
    let low: Double
    let high: Double

    init?(_ values: [Double]) {
      let sorted = values.sorted()
      guard let first = sorted.first, let last = sorted.last else { return nil }
      let middle = sorted.count / 2
      median = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
      low = first
      high = last
    }

    func text(_ format: (Double) -> String) -> String {
      low == high ? format(median) : "\(format(median)) (\(format(low))-\(format(high)))"
    }
  }

  /// Groups in the order in which conditions and labels first occur.
  static func groups(_ reports: [Report]) -> [Group] {
    var order: [(String, String)] = []
    var members: [String: [Report]] = [:]
    var keys: [String] = []
    for report in reports {
      let name = report.comparisonKey + "\n" + report.label
      if members[name] == nil { order.append((report.comparisonKey, report.label)) }
      if !keys.contains(report.comparisonKey) { keys.append(report.comparisonKey) }
      members[name, default: []].append(report)
    }
    return keys.flatMap { key in
      order.filter { $0.0 == key }.map { Group(key: key, label: $0.1, reports: members[key + "\n" + $0.1] ?? []) }
    }
  }

  static func table(_ reports: [Report], baseline: String) -> String {
    var rows = [["server", "per second", "CPU us each", "ratio", "p50", "p99", "RSS", "faults"]]
    var lines: [(key: String, row: Int)] = []
    let groups = groups(reports)
    for group in groups {
      if lines.last?.key != group.key { lines.append((group.key, rows.count)) }
      rows.append(row(group, groups.first { $0.key == group.key && $0.label == baseline }))
    }
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    var text: [String] = []
    for (index, row) in rows.enumerated() {
      if let title = lines.first(where: { $0.row == index }) { text.append("\n\(title.key)") }
      let cells = zip(row, widths).map { cell, width in cell + String(repeating: " ", count: width - cell.count) }
      var line = "  " + cells.joined(separator: "  ")
      while line.hasSuffix(" ") { line.removeLast() }
      text.append(line)
    }
    return text.joined(separator: "\n")
  }

  private static func row(_ group: Group, _ base: Group?) -> [String] {
    let cost = group.values(\.serverMicroseconds)
    let baseCost = base?.values(\.serverMicroseconds)
    let rate = group.values(\.operationsPerSecond)
    let ratio: String
    if let cost, let baseCost, baseCost.median > 0 {
      ratio = Figure.fixed(cost.median / baseCost.median, 2) + "x"
    } else {
      ratio = "-"
    }
    let faults = group.reports.reduce(into: Faults()) { $0.add($1.faults) }
    let count = faults.missing + faults.duplicates + faults.reordered + faults.refused + faults.lost
    return [
      group.label,
      rate?.text(Figure.short) ?? "-",
      cost?.text { Figure.fixed($0, 3) } ?? "-",
      ratio,
      group.values { $0.latencyMicroseconds?.p50 }.map { Figure.duration(microseconds: $0.median) } ?? "-",
      group.values { $0.latencyMicroseconds?.p99 }.map { Figure.duration(microseconds: $0.median) } ?? "-",
      group.values(\.serverResidentBytes).map { Figure.bytes($0.median) } ?? "-",
      count == 0 ? "0" : "\(count): \(faults.note ?? "")",
    ]
  }
}
