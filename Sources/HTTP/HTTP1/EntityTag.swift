/// An entity tag (RFC 9110 section 8.8.3).
public struct EntityTag: Sendable, Hashable {
  /// Whether the tag only promises equivalent content.
  public let isWeak: Bool
  /// The text between the quotes.
  public let opaque: String

  /// Makes a tag. Throws when the text holds a quote, a control character or a space.
  public init(_ opaque: String, isWeak: Bool = false) throws(HTTPFieldError) {
    guard opaque.utf8.allSatisfy(Self.isOpaqueByte) else { throw HTTPFieldError("the entity tag is malformed") }
    self.isWeak = isWeak
    self.opaque = opaque
  }

  /// Makes a strong tag of a name of our own, which holds nothing that needs a check.
  init(named name: String) {
    isWeak = false
    opaque = name
  }

  /// The field value, quotes included.
  public var fieldValue: String { (isWeak ? "W/\"" : "\"") + opaque + "\"" }

  /// Whether If-None-Match names this tag or `*`, by weak comparison (RFC 9110 section 13.1.2): answer 304.
  /// False when the field is absent or malformed.
  public func matchesIfNoneMatch(_ headers: HTTPHeaders) -> Bool { matches(headers, "if-none-match", isStrong: false) }

  /// Whether If-Match names this tag or `*`, by strong comparison (RFC 9110 section 13.1.1).
  public func matchesIfMatch(_ headers: HTTPHeaders) -> Bool { matches(headers, "if-match", isStrong: true) }

  private func matches(_ headers: HTTPHeaders, _ name: String, isStrong: Bool) -> Bool {
    var isFound = false
    headers.forEachValue(of: name) { value in
      if value.trimmingBlanks.equals("*") { isFound = true }
      forEachListElement(value, hasEscapes: false) { element in
        guard let tag = Self.parse(element), tag.opaque == opaque else { return }
        if !isStrong || (!tag.isWeak && !isWeak) { isFound = true }
      }
    }
    return isFound
  }

  private static func parse(_ element: UnsafeRawBufferPointer) -> (isWeak: Bool, opaque: String)? {
    let isWeak = element.hasPrefix("W/")
    let quoted = isWeak ? element.dropping(2) : element
    guard quoted.count >= 2, quoted.first == ASCII.quote, quoted.last == ASCII.quote else { return nil }
    let opaque = quoted.part(1..<quoted.count - 1)
    guard opaque.allSatisfy(isOpaqueByte) else { return nil }
    return (isWeak, opaque.text)
  }

  private static func isOpaqueByte(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte != ASCII.quote && byte != ASCII.delete
  }
}
