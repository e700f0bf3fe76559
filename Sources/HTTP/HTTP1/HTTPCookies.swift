/// The cookies of a request, in order and with duplicates (RFC 6265 section 4.2).
///
/// Values are what the client sent, without one pair of surrounding quotes; nothing is decoded.
public struct HTTPCookies: Sendable, Equatable {
  /// The bound on cookies that are read; the rest is ignored.
  public static let countMax = 256

  /// One cookie.
  public struct Cookie: Sendable, Equatable {
    /// The name, which is case-sensitive.
    public var name: String
    /// The value; may be empty.
    public var value: String
  }

  /// The cookies in the order they were sent, over all Cookie fields.
  public private(set) var cookies: [Cookie] = []

  /// Reads every Cookie field; parts that are not `name=value` are ignored, as user agents expect.
  public init(_ headers: HTTPHeaders) {
    headers.forEachValue(of: "cookie") { value in
      Self.forEachCookie(value) { name, value in
        if cookies.count < Self.countMax { cookies.append(Cookie(name: name.text, value: value.text)) }
      }
    }
  }

  /// Every value of one cookie, without making text of the others: what a session check wants.
  public static func values(of name: String, in headers: HTTPHeaders) -> [String] {
    var values: [String] = []
    name.withBytes { wanted in
      headers.forEachValue(of: "cookie") { value in
        forEachCookie(value) { name, value in
          if name.equals(wanted), values.count < Self.countMax { values.append(value.text) }
        }
      }
    }
    return values
  }

  /// The first value of a cookie.
  public subscript(name: String) -> String? { cookies.first { $0.name == name }?.value }

  private static func forEachCookie(
    _ value: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Void
  ) {
    var start = 0
    while start < value.count {
      let end = value.firstIndex(of: ASCII.semicolon, from: start) ?? value.count
      let pair = value.part(start..<end).trimmingBlanks
      start = end + 1
      guard let equals = pair.firstIndex(of: ASCII.equals, from: 0) else { continue }
      let name = pair.part(0..<equals).trimmingBlanks
      guard name.isToken else { continue }
      var content = pair.dropping(equals + 1).trimmingBlanks
      if content.count >= 2, content.first == ASCII.quote, content.last == ASCII.quote {
        content = content.part(1..<content.count - 1)
      }
      body(name, content)
    }
  }
}
