/// The straight line that fits points best (least squares), which tells growth from ups and downs.
struct LinearFit {
  /// Change of the value per unit of `x`.
  let slope: Double
  let mean: Double
  /// From the first to the last `x`.
  let span: Double

  /// Nil with fewer than three points.
  init?(_ points: [(x: Double, y: Double)]) {
    guard points.count >= 3, let first = points.first, let last = points.last else { return nil }
    let count = Double(points.count)
    let meanX = points.reduce(0) { $0 + $1.x } / count
    let meanY = points.reduce(0) { $0 + $1.y } / count
    var covariance = 0.0
    var variance = 0.0
    for point in points {
      covariance += (point.x - meanX) * (point.y - meanY)
      variance += (point.x - meanX) * (point.x - meanX)
    }
    slope = variance > 0 ? covariance / variance : 0
    mean = meanY
    span = last.x - first.x
  }

  /// How much the line rises over all points; negative when it falls.
  var growth: Double { slope * span }
}
