import FoundationEssentials
import Glibc

/// The result of one run: what `--json` writes and `compare` reads.
struct Report: Codable, Equatable {
  struct Latency: Codable, Equatable {
    var mean = 0.0
    var p50 = 0.0
    var p90 = 0.0
    var p99 = 0.0
    var p999 = 0.0
    var max = 0.0

    /// Microseconds from a histogram of nanoseconds.
    init(_ histogram: Histogram) {
      let microseconds = { (fraction: Double) in Double(histogram.quantile(fraction)) / 1000 }
      mean = histogram.mean / 1000
      p50 = microseconds(0.5)
      p90 = microseconds(0.9)
      p99 = microseconds(0.99)
      p999 = microseconds(0.999)
      max = Double(histogram.max) / 1000
    }
  }

  /// A point of the latency curve: this fraction of the operations took at most so many microseconds.
  struct Point: Codable, Equatable {
    let fraction: Double
    let microseconds: Double
  }

  /// One further figure with its unit.
  struct Detail: Codable, Equatable {
    let name: String
    let value: Double
    let unit: String

    var text: String {
      switch unit {
      case "B": Figure.bytes(value)
      case "us": Figure.duration(microseconds: value)
      case "": Figure.short(value)
      default: "\(Figure.short(value)) \(unit)"
      }
    }
  }

  /// Who was measured; the base URL unless `--label` says otherwise.
  var label: String
  var scenario: String
  /// The options that make runs comparable, such as subscribers and window.
  var parameters: [String: String]
  /// What is counted: delivery, write, read, connection.
  var operation: String
  var operations: UInt64
  var seconds: Double
  var latencyMicroseconds: Latency?
  var latencyCurve: [Point] = []
  /// Server CPU per operation in microseconds, user and system apart; nil when its process is not visible.
  var serverUserMicroseconds: Double?
  var serverSystemMicroseconds: Double?
  var serverResidentBytes: Double?
  var generatorBusy: Double
  var faults: Faults
  var details: [Detail] = []
  /// What had to hold besides; nil when nothing else had to.
  var checks: [Check]?
  /// The course of a long run.
  var samples: [SoakSample]?

  /// One promise that the run put to the test.
  struct Check: Codable, Equatable {
    let name: String
    let isMet: Bool
    /// The figures in words.
    let text: String
  }

  /// Whether the run must count as failed.
  var isFailure: Bool { faults.isFailure || checks?.contains { !$0.isMet } == true }

  init(
    label: String, scenario: String, parameters: [String: String], operation: String, operations: UInt64, cost: Cost,
    histogram: Histogram?, faults: Faults
  ) {
    self.label = label
    self.scenario = scenario
    self.parameters = parameters
    self.operation = operation
    self.operations = operations
    self.faults = faults
    seconds = cost.seconds
    generatorBusy = cost.generatorBusy
    let count = Double(Swift.max(1, operations))
    serverUserMicroseconds = cost.serverUserSeconds.map { $0 * 1e6 / count }
    serverSystemMicroseconds = cost.serverSystemSeconds.map { $0 * 1e6 / count }
    serverResidentBytes = cost.serverResidentBytes.map { Double($0) }
    guard let histogram, histogram.count > 0 else { return }
    latencyMicroseconds = Latency(histogram)
    latencyCurve = Self.curveFractions.map {
      Point(fraction: $0, microseconds: Double(histogram.quantile($0)) / 1000)
    }
  }

  private static let curveFractions = [
    0, 0.1, 0.25, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9999, 0.99999, 1,
  ]

  var operationsPerSecond: Double { seconds > 0 ? Double(operations) / seconds : 0 }

  /// User and system CPU of the server per operation, in microseconds.
  var serverMicroseconds: Double? {
    guard let serverUserMicroseconds, let serverSystemMicroseconds else { return nil }
    return serverUserMicroseconds + serverSystemMicroseconds
  }

  /// Identifies runs that may be compared with each other.
  var comparisonKey: String {
    ([scenario] + parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }).joined(separator: " ")
  }

  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }

  /// Reads a report that `--json` wrote.
  /// - Throws: `BenchmarkError` when the file is not one.
  init(file: String) throws {
    guard let text = readText(file) else { throw BenchmarkError("cannot read \(file): \(Socket.reason(errno))") }
    do {
      self = try JSONDecoder().decode(Report.self, from: Data(text.utf8))
    } catch {
      throw BenchmarkError("\(file) is not a report of this program")
    }
  }
}

extension Report {
  /// The table that a run prints.
  var table: String {
    var rows: [(String, String)] = [
      ("scenario", comparisonKey),
      ("server", label),
      ("measured", "\(Figure.fixed(seconds, 2)) s"),
      (plural, "\(operations)  (\(Figure.short(operationsPerSecond))/s)"),
    ]
    if let latency = latencyMicroseconds {
      rows.append(("latency p50", Figure.duration(microseconds: latency.p50)))
      rows.append(("latency p99", Figure.duration(microseconds: latency.p99)))
      rows.append(("latency p99.9", Figure.duration(microseconds: latency.p999)))
      rows.append(("latency max", Figure.duration(microseconds: latency.max)))
    }
    if let user = serverUserMicroseconds, let system = serverSystemMicroseconds {
      let parts = "\(Figure.fixed(user, 3)) user + \(Figure.fixed(system, 3)) system"
      rows.append(("server CPU / \(operation)", "\(Figure.fixed(user + system, 3)) us  (\(parts))"))
      rows.append(("server CPU", "\(Figure.fixed((user + system) * Double(operations) / 1e4 / seconds, 0)) %"))
    } else {
      rows.append(("server CPU", "not visible; give --pid when the server runs on this machine"))
    }
    if let resident = serverResidentBytes { rows.append(("server RSS", Figure.bytes(resident))) }
    rows.append(("generator CPU", "\(Figure.fixed(generatorBusy * 100, 0)) %"))
    for detail in details {
      rows.append((detail.name, detail.text))
    }
    rows.append(("missing", "\(faults.missing)"))
    rows.append(("duplicate", "\(faults.duplicates)"))
    rows.append(("out of order", "\(faults.reordered)"))
    if faults.refused > 0 { rows.append(("refused requests", "\(faults.refused)")) }
    if faults.lost > 0 { rows.append(("lost sockets", "\(faults.lost)")) }
    for check in checks ?? [] { rows.append((check.name, "\(check.isMet ? "yes" : "NO"), \(check.text)")) }
    if let note = faults.note { rows.append(("first fault", note)) }
    let width = rows.map(\.0.count).max() ?? 0
    return rows.map { "\($0.0)\(String(repeating: " ", count: width - $0.0.count))  \($0.1)" }.joined(separator: "\n")
  }

  private var plural: String { operation.hasSuffix("y") ? operation.dropLast() + "ies" : operation + "s" }
}
