/// Gives every exchange a correlation id: the client's own when it is harmless, else a new one. Echoed in the response
/// and found in the log.
public struct CorrelationMiddleware: Middleware {
  /// Makes the middleware.
  public init() {}

  /// Sets the id and adds the response's field.
  public func respond(to exchange: Exchange, next: Responder) async throws -> APIResponse {
    var exchange = exchange
    exchange.correlationID = Self.accepted(exchange.head.headers["x-correlation-id"]) ?? Self.random()
    let response = try await next(exchange)
    return response.with(header: "X-Correlation-Id", exchange.correlationID)
  }

  /// The client's id, if it has 1 to 128 letters, digits, dots, underscores, colons or hyphens.
  static func accepted(_ id: String?) -> String? {
    guard let id, (1...128).contains(id.utf8.count) else { return nil }
    let isSafe = id.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ":"),
        UInt8(ascii: "-"):
        true
      default: false
      }
    }
    return isSafe ? id : nil
  }

  /// A new id: `corr_` and 128 random bits in hexadecimal.
  static func random() -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text = Array("corr_".utf8)
    for var word in [UInt64.random(in: 0...UInt64.max), UInt64.random(in: 0...UInt64.max)] {
      for _ in 0..<16 {
        text.append(digits[Int(word & 15)])
        word >>= 4
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
