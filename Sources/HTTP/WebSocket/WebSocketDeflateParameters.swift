/// What client and server agreed on about permessage-deflate (RFC 7692 section 7.1).
///
/// Context takeover is always off in both directions: compressed events are shared between connections, and a
/// connection keeps no compression state.
public struct WebSocketDeflateParameters: Sendable, Hashable {
  /// The largest window, 32 KiB.
  public static let windowBitsMax = 15

  /// The client's limit on the server's window, echoed to it; nil where it named none.
  public let serverWindowBits: Int?

  /// The value of Sec-WebSocket-Extensions in the answer.
  public var fieldValue: String {
    let base = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
    return serverWindowBits.map { base + "; server_max_window_bits=\($0)" } ?? base
  }

  /// Picks the first acceptable offer of a request, nil where there is none.
  ///
  /// `serverWindowBits` is the window of the shared compressor: an offer that limits the server's window further is
  /// declined, since its client could not decompress shared events. A limit on the client's own window needs no answer:
  /// the decompressor's window is always the largest.
  public static func negotiate(
    _ headers: HTTPHeaders, serverWindowBits: Int = windowBitsMax
  ) -> WebSocketDeflateParameters? {
    var chosen: WebSocketDeflateParameters?
    headers.forEachValue(of: "sec-websocket-extensions") { value in
      forEachListElement(value) { offer in
        if chosen == nil { chosen = accept(offer, serverWindowBits: serverWindowBits) }
      }
    }
    return chosen
  }

  private static func accept(
    _ offer: UnsafeRawBufferPointer, serverWindowBits: Int
  ) -> WebSocketDeflateParameters? {
    var isFirst = true
    var isValid = true
    var seen: [String] = []
    var limit: Int?
    forEachListElement(offer, separator: ASCII.semicolon) { element in
      if isFirst {
        isFirst = false
        isValid = element.equals("permessage-deflate")
        return
      }
      let equals = element.firstIndex(of: ASCII.equals, from: 0)
      let name = element.part(0..<(equals ?? element.count)).trimmingBlanks.text
      let value = equals.map { windowBits(element.dropping($0 + 1).trimmingBlanks) }
      if seen.contains(name) || seen.count >= 4 { isValid = false }
      seen.append(name)
      switch (name, value) {
      case ("server_no_context_takeover", nil), ("client_no_context_takeover", nil), ("client_max_window_bits", nil):
        break
      case ("client_max_window_bits", .some(.some)): break
      case ("server_max_window_bits", .some(.some(let bits))): limit = bits
      default: isValid = false
      }
    }
    guard isValid, !isFirst, limit ?? windowBitsMax >= serverWindowBits else { return nil }
    return WebSocketDeflateParameters(serverWindowBits: limit)
  }

  /// 8 to 15 in decimal without leading zeros, possibly quoted.
  private static func windowBits(_ value: UnsafeRawBufferPointer) -> Int? {
    var digits = value
    if digits.count > 2, digits.first == ASCII.quote, digits.last == ASCII.quote {
      digits = digits.part(1..<digits.count - 1)
    }
    guard digits.first != ASCII.zero, let bits = digits.decimalValue, (8...15).contains(bits) else { return nil }
    return bits
  }
}
