import Glibc

/// A plot of latency by percentile as SVG, one line per report; both axes logarithmic, as tails need.
struct LatencyPlot {
  private static let width = 760.0
  private static let height = 420.0
  private static let left = 80.0
  private static let right = 30.0
  private static let top = 60.0
  private static let bottom = 60.0
  private static let colours = ["#2563eb", "#dc2626", "#059669", "#d97706", "#7c3aed", "#0891b2"]
  private static let fractionMax = 0.99999

  let reports: [Report]

  var svg: String {
    var parts: [String] = []
    parts.append(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Int(Self.width)) \(Int(Self.height))\" "
        + "font-family=\"sans-serif\" font-size=\"12\">")
    parts.append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>")
    parts.append(text(reports.first.map { "Latency, \($0.comparisonKey)" } ?? "Latency", x: Self.left, y: 24, size: 15))
    let bounds = decades
    for decade in bounds {
      let y = position(microseconds: pow(10, Double(decade)), bounds)
      parts.append(rule(Self.left, y, Self.width - Self.right, y))
      parts.append(text(label(decade: decade), x: Self.left - 8, y: y + 4, anchor: "end"))
    }
    for (fraction, name) in [(0, "0"), (0.9, "90 %"), (0.99, "99 %"), (0.999, "99.9 %"), (0.9999, "99.99 %")] {
      let x = position(fraction: fraction)
      parts.append(rule(x, Self.top, x, Self.height - Self.bottom))
      parts.append(text(name, x: x, y: Self.height - Self.bottom + 18, anchor: "middle"))
    }
    for (index, report) in reports.enumerated() {
      let colour = Self.colours[index % Self.colours.count]
      let points = report.latencyCurve.filter { $0.fraction <= Self.fractionMax }.map { point in
        let y = position(microseconds: point.microseconds, bounds)
        return "\(Figure.fixed(position(fraction: point.fraction), 1)),\(Figure.fixed(y, 1))"
      }
      parts.append(
        "<polyline fill=\"none\" stroke=\"\(colour)\" stroke-width=\"2\" points=\"\(points.joined(separator: " "))\"/>")
      let legend = "\(report.label): \(Figure.short(report.operationsPerSecond)) \(report.operation)/s"
      parts.append(text(legend, x: Self.left, y: 44 + Double(index) * 14, colour: colour))
    }
    parts.append("</svg>")
    return parts.joined(separator: "\n") + "\n"
  }

  /// Powers of ten of microseconds that the values span.
  private var decades: ClosedRange<Int> {
    let values = reports.flatMap(\.latencyCurve).map { max(1, $0.microseconds) }
    let low = Int(log10(values.min() ?? 1).rounded(.down))
    let high = Int(log10(values.max() ?? 10).rounded(.up))
    return low...max(high, low + 1)
  }

  private func position(fraction: Double) -> Double {
    let nines = -log10(1 - min(fraction, Self.fractionMax))
    return Self.left + (Self.width - Self.left - Self.right) * nines / 5
  }

  private func position(microseconds: Double, _ bounds: ClosedRange<Int>) -> Double {
    let span = Double(bounds.upperBound - bounds.lowerBound)
    let share = (log10(max(1, microseconds)) - Double(bounds.lowerBound)) / span
    return Self.height - Self.bottom - (Self.height - Self.top - Self.bottom) * share
  }

  private func label(decade: Int) -> String {
    switch decade {
    case ..<3: Figure.fixed(pow(10, Double(decade)), 0) + " us"
    case 3..<6: Figure.fixed(pow(10, Double(decade - 3)), 0) + " ms"
    default: Figure.fixed(pow(10, Double(decade - 6)), 0) + " s"
    }
  }

  private func rule(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) -> String {
    let ends = [x1, y1, x2, y2].map { Figure.fixed($0, 1) }
    return "<line x1=\"\(ends[0])\" y1=\"\(ends[1])\" x2=\"\(ends[2])\" y2=\"\(ends[3])\" stroke=\"#e5e7eb\"/>"
  }

  private func text(
    _ text: String, x: Double, y: Double, size: Int = 12, anchor: String = "start", colour: String = "#111827"
  ) -> String {
    let place = "x=\"\(Figure.fixed(x, 1))\" y=\"\(Figure.fixed(y, 1))\""
    return
      "<text \(place) font-size=\"\(size)\" text-anchor=\"\(anchor)\" fill=\"\(colour)\">\(SVG.escape(text))</text>"
  }
}

/// What all plots need to write SVG.
enum SVG {
  static func escape(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.append(character)
      }
    }
  }
}
