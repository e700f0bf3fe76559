/// The codings a client accepts, with their weights (RFC 9110 section 12.5.3).
public struct AcceptEncoding: Sendable, Equatable {
  /// The bound on codings that are read; the rest is ignored.
  public static let codingCountMax = 32

  /// Weights in thousandths by lower-case coding, in order.
  private var weights: [(coding: String, thousandths: Int)] = []

  /// Reads the Accept-Encoding fields of a request; without one, only identity is acceptable to us.
  public init(_ headers: HTTPHeaders) {
    headers.forEachValue(of: "accept-encoding") { value in
      forEachListElement(value) { element in
        guard weights.count < Self.codingCountMax else { return }
        let parameters = element.firstIndex(of: ASCII.semicolon, from: 0) ?? element.count
        let coding = element.part(0..<parameters).trimmingBlanks
        guard coding.isToken, let weight = Self.weight(element.dropping(parameters)) else { return }
        weights.append((coding.text.lowercased(), weight))
      }
    }
  }

  /// The weight of a coding in thousandths, from its own entry or else from `*`; 0 means not acceptable.
  public func weightThousandths(of coding: String) -> Int {
    if let own = weights.first(where: { $0.coding == coding }) { return own.thousandths }
    if let any = weights.first(where: { $0.coding == "*" }) { return any.thousandths }
    return coding == "identity" ? 1000 : 0
  }

  /// Whether gzip is acceptable and the client does not prefer the plain body.
  public var prefersGzip: Bool {
    let gzip = weightThousandths(of: "gzip")
    let isIdentityNamed = weights.contains { $0.coding == "identity" }
    return gzip > 0 && (!isIdentityNamed || gzip >= weightThousandths(of: "identity"))
  }

  /// Same codings with the same weights in the same order.
  public static func == (left: AcceptEncoding, right: AcceptEncoding) -> Bool {
    left.weights.count == right.weights.count && zip(left.weights, right.weights).allSatisfy { $0 == $1 }
  }

  /// Reads `;q=0.123`; nil when malformed, 1000 when absent (RFC 9110 section 12.4.2).
  private static func weight(_ parameters: UnsafeRawBufferPointer) -> Int? {
    guard !parameters.isEmpty else { return 1000 }
    let text = parameters.dropping(1).trimmingBlanks
    guard text.count >= 3, text.count <= 7, text.part(0..<2).equalsIgnoringCase("q=") else { return nil }
    let number = text.dropping(2)
    guard number[0] == ASCII.zero || number[0] == ASCII.zero + 1 else { return nil }
    var thousandths = number[0] == ASCII.zero ? 0 : 1000
    if number.count > 1 {
      guard number[1] == ASCII.dot else { return nil }
      var scale = 100
      for digit in number.dropping(2) {
        guard digit.isDigit else { return nil }
        thousandths += Int(digit &- ASCII.zero) * scale
        scale /= 10
      }
    }
    return thousandths <= 1000 ? thousandths : nil
  }
}
