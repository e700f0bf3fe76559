extension HTTPClient {
  /// The value of a metric without labels.
  func metric(_ name: String) throws -> Double {
    for line in try request(.get, "/metrics").text.split(separator: "\n") where line.hasPrefix("\(name) ") {
      if let value = Double(line.dropFirst(name.count + 1)) { return value }
    }
    throw TestFailure("there is no metric \(name)")
  }
}
