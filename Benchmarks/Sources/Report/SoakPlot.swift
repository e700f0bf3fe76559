/// A plot of a long run as SVG: one panel per figure over the same time.
///
/// The colours are legible on a light and on a dark page, and there is no background.
struct SoakPlot {
  private static let width = 760.0
  private static let panelHeight = 96.0
  private static let gap = 34.0
  private static let left = 84.0
  private static let right = 32.0
  private static let top = 30.0
  private static let ink = "#808792"
  private static let colours = ["#3b82f6", "#e08a00"]
  /// Points of one line; longer runs are shown by the highest value of each stretch.
  private static let pointsMax = 600

  private struct Series {
    let name: String
    let value: (SoakSample) -> Double
  }

  private struct Panel {
    let title: String
    let series: [Series]
    let figure: (Double) -> String
  }

  let samples: [SoakSample]

  private var panels: [Panel] {
    let bytes = { (value: Double) in Figure.bytes(value) }
    let time = { (value: Double) in Figure.duration(microseconds: value) }
    return [
      Panel(
        title: "Resident memory",
        series: [
          .init(name: "allocated") { Double($0.anonymousBytes) },
          .init(name: "allocated and mapped files") { Double($0.anonymousBytes + $0.fileBytes) },
        ], figure: bytes),
      Panel(
        title: "Open descriptors",
        series: [
          .init(name: "of the server") { Double($0.descriptors) }, .init(name: "clients") { Double($0.connected) },
        ], figure: { Figure.fixed($0, 0) }),
      Panel(title: "Write-ahead log", series: [.init(name: "size") { Double($0.walBytes) }], figure: bytes),
      Panel(title: "Database", series: [.init(name: "size") { Double($0.databaseBytes) }], figure: bytes),
      Panel(
        title: "Latency, 99th percentile",
        series: [
          .init(name: "answer to an action") { $0.actionP99 }, .init(name: "delivery of an event") { $0.deliveryP99 },
        ], figure: time),
      Panel(
        title: "Deliveries missing, doubled or out of order, so far",
        series: [.init(name: "of all") { Double($0.missing + $0.duplicates + $0.reordered) }],
        figure: { Figure.fixed($0, 0) }),
    ]
  }

  var svg: String {
    let height = Self.top + Double(panels.count) * (Self.panelHeight + Self.gap)
    var parts = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Int(Self.width)) \(Int(height))\" "
        + "font-family=\"sans-serif\" font-size=\"12\" fill=\"\(Self.ink)\">"
    ]
    for (index, panel) in panels.enumerated() {
      draw(panel, top: Self.top + Double(index) * (Self.panelHeight + Self.gap), into: &parts)
    }
    parts.append("</svg>")
    return parts.joined(separator: "\n") + "\n"
  }

  private func draw(_ panel: Panel, top: Double, into parts: inout [String]) {
    let values = panel.series.map { series in samples.map { (second: $0.second, value: series.value($0)) } }
    let end = max(samples.last?.second ?? 1, 1)
    let highest = max(values.joined().map(\.value).max() ?? 0, 1e-9)
    let bottom = top + Self.panelHeight
    parts.append(text(panel.title, x: Self.left, y: top - 8, extra: "font-weight=\"bold\""))
    for share in [0.0, 0.5, 1.0] {
      let y = bottom - Self.panelHeight * share
      parts.append(rule(Self.left, y, Self.width - Self.right, y))
      let value = highest <= 1e-9 ? share : highest * share
      parts.append(text(panel.figure(value), x: Self.left - 6, y: y + 4, extra: "text-anchor=\"end\""))
    }
    for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
      let x = Self.left + (Self.width - Self.left - Self.right) * share
      let label = end >= 600 ? "\(Figure.fixed(end * share / 60, 0)) min" : "\(Figure.fixed(end * share, 0)) s"
      parts.append(text(label, x: x, y: bottom + 14, extra: "text-anchor=\"middle\" font-size=\"10\""))
    }
    var legend = Self.width - Self.right
    for (index, series) in panel.series.enumerated().reversed() {
      let colour = Self.colours[index % Self.colours.count]
      let points = thinned(values[index]).map { point in
        let x = Self.left + (Self.width - Self.left - Self.right) * point.second / end
        return "\(Figure.fixed(x, 1)),\(Figure.fixed(bottom - Self.panelHeight * point.value / highest, 1))"
      }
      parts.append(
        "<polyline fill=\"none\" stroke=\"\(colour)\" stroke-width=\"1.5\" points=\"\(points.joined(separator: " "))\"/>"
      )
      parts.append(text(series.name, x: legend, y: top - 8, extra: "text-anchor=\"end\" fill=\"\(colour)\""))
      legend -= Double(series.name.count) * 6.5 + 16
    }
  }

  private func thinned(_ points: [(second: Double, value: Double)]) -> [(second: Double, value: Double)] {
    let stretch = (points.count + Self.pointsMax - 1) / Self.pointsMax
    guard stretch > 1 else { return points }
    return stride(from: 0, to: points.count, by: stretch).compactMap { start in
      points[start..<min(start + stretch, points.count)].max { $0.value < $1.value }
    }
  }

  private func rule(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) -> String {
    let ends = [x1, y1, x2, y2].map { Figure.fixed($0, 1) }
    return "<line x1=\"\(ends[0])\" y1=\"\(ends[1])\" x2=\"\(ends[2])\" y2=\"\(ends[3])\" stroke=\"\(Self.ink)\" "
      + "stroke-opacity=\"0.3\"/>"
  }

  private func text(_ text: String, x: Double, y: Double, extra: String) -> String {
    "<text x=\"\(Figure.fixed(x, 1))\" y=\"\(Figure.fixed(y, 1))\" \(extra)>\(SVG.escape(text))</text>"
  }
}
