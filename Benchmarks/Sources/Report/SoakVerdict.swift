/// Decides from the samples of a long run whether anything grew.
struct SoakVerdict {
  /// Memory may rise by this much or by a tenth, whichever is more, on the fitted line over the measured time.
  static let memoryGrowthMax = 16.0 * 1_048_576
  static let growthShareMax = 0.1
  static let descriptorGrowthMax = 16.0
  /// The write-ahead log must stay below twice the size beyond which the server starts it over.
  static let walMax = 2.0 * 32 * 1_048_576

  let samples: [SoakSample]
  /// Samples before this second are the warm-up: caches fill, the allocator finds its size.
  let warmupSeconds: Double

  var checks: [Report.Check] {
    guard let memory = fit({ Double($0.anonymousBytes) }), memory.mean > 0 else {
      return [.init(name: "memory flat", isMet: false, text: "too few samples, or the server's process is not visible")]
    }
    var checks = [
      Self.check(
        memory, "memory flat", limit: max(Self.memoryGrowthMax, memory.mean * Self.growthShareMax), Figure.bytes)
    ]
    if let descriptors = fit({ Double($0.descriptors) }) {
      checks.append(
        Self.check(
          descriptors, "descriptors flat",
          limit: max(Self.descriptorGrowthMax, descriptors.mean * Self.growthShareMax / 2)
        ) { Figure.fixed($0, 0) })
    }
    let wal = samples.map(\.walBytes).max() ?? 0
    if wal > 0 {
      let text = "at most \(Figure.bytes(Double(wal))), allowed \(Figure.bytes(Self.walMax))"
      checks.append(.init(name: "log bounded", isMet: Double(wal) <= Self.walMax, text: text))
    }
    return checks
  }

  private func fit(_ value: (SoakSample) -> Double) -> LinearFit? {
    LinearFit(samples.filter { $0.second >= warmupSeconds }.map { (x: $0.second, y: value($0)) })
  }

  private static func check(
    _ fit: LinearFit, _ name: String, limit: Double, _ figure: (Double) -> String
  ) -> Report.Check {
    let text =
      "mean \(figure(fit.mean)), fitted growth \(figure(fit.growth)) in \(Figure.fixed(fit.span, 0)) s, "
      + "allowed \(figure(limit))"
    return .init(name: name, isMet: fit.growth <= limit, text: text)
  }
}
