/// A header field of an outbound request or its response.
public struct OutboundHeader: Sendable, Hashable {
  /// The name; compared without regard to case.
  public var name: String
  /// The value without surrounding white space.
  public var value: String

  /// Creates a field.
  public init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}

/// A request to another server: what to send and what to put up with.
public struct OutboundRequest: Sendable {
  /// The method, `GET` by default.
  public var method: String
  /// An absolute http or https URL.
  public var url: String
  /// Header fields; Host and Content-Length are added.
  public var headers: [OutboundHeader]
  /// The body; nil sends none.
  public var body: [UInt8]?
  /// Bound of each connection attempt, in milliseconds.
  public var connectTimeoutMilliseconds: UInt64 = 5_000
  /// Bound of everything from `send` to the last byte: waiting, redirects and transfer, in milliseconds.
  public var totalTimeoutMilliseconds: UInt64 = 15_000
  /// Bound of the response's body; a longer one fails with `.responseTooLarge`.
  public var responseBytesMax = 1 << 20
  /// Redirects followed; with 0 a redirect is returned like any other response.
  public var redirectsMax = 0

  /// Creates a request with the default limits.
  public init(method: String = "GET", url: String, headers: [OutboundHeader] = [], body: [UInt8]? = nil) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
  }
}

/// What the other server answered.
public struct OutboundResponse: Sendable, Hashable {
  /// The status code.
  public var status: Int
  /// Header fields in the order received.
  public var headers: [OutboundHeader]
  /// The body.
  public var body: [UInt8]
  /// The URL that answered: the last one after redirects.
  public var url: String

  /// The value of the first field with this name, in any case.
  public func header(_ name: String) -> String? {
    let name = name.lowercased()
    return headers.first { $0.name.lowercased() == name }?.value
  }
}
