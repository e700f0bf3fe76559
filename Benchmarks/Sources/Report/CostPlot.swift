import Glibc

/// Bars of server CPU per operation as SVG, one group of bars for each set of conditions; the axis is logarithmic.
struct CostPlot {
  private static let barHeight = 18.0
  private static let left = 160.0
  private static let width = 860.0
  private static let right = 150.0
  private static let colours = ["#2563eb", "#dc2626", "#059669", "#d97706", "#7c3aed", "#0891b2"]

  let reports: [Report]
  let baseline: String

  var svg: String {
    let groups = Compare.groups(reports).compactMap { group in
      group.values(\.serverMicroseconds).map { (group: group, cost: $0) }
    }
    let low = floor(log10(max(0.001, groups.map(\.cost.low).min() ?? 0.1)))
    let high = max(low + 1, ceil(log10(max(0.001, groups.map(\.cost.high).max() ?? 1))))
    let labels = groups.map(\.group.label)
    let x = { (value: Double) in
      Self.left + (Self.width - Self.left - Self.right) * (log10(max(value, pow(10, low))) - low) / (high - low)
    }
    var y = 40.0
    var body: [String] = []
    var key = ""
    for (group, cost) in groups {
      if group.key != key {
        key = group.key
        y += 22
        body.append("<text x=\"10\" y=\"\(Figure.fixed(y, 0))\" font-weight=\"bold\">\(SVG.escape(key))</text>")
        y += 8
      }
      let colour = Self.colours[(labels.firstIndex(of: group.label) ?? 0) % Self.colours.count]
      let end = x(cost.median)
      let middle = Figure.fixed(y + 13, 0)
      body.append(
        "<text x=\"\(Int(Self.left) - 8)\" y=\"\(middle)\" text-anchor=\"end\">\(SVG.escape(group.label))</text>")
      body.append(
        "<rect x=\"\(Int(Self.left))\" y=\"\(Figure.fixed(y, 0))\" width=\"\(Figure.fixed(max(1, end - Self.left), 1))\" "
          + "height=\"\(Int(Self.barHeight) - 3)\" fill=\"\(colour)\"/>")
      let value = "\(cost.text { Figure.fixed($0, 2) }) us"
      body.append("<text x=\"\(Figure.fixed(x(cost.high) + 6, 1))\" y=\"\(middle)\">\(SVG.escape(value))</text>")
      y += Self.barHeight
    }
    let height = Int(y + 20)
    let head =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Int(Self.width)) \(height)\" "
      + "font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
      + "<text x=\"10\" y=\"24\" font-size=\"15\">Server CPU per operation, microseconds (logarithmic)</text>"
    return ([head] + body + ["</svg>"]).joined(separator: "\n") + "\n"
  }
}
