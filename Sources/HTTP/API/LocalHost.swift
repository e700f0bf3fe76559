import Runtime

/// Tells names and addresses of this machine from others.
enum LocalHost {
  /// Whether `host[:port]` is `localhost`, a name below it (RFC 6761, section 6.3) or a loopback address.
  static func isLocal(authority: some StringProtocol) -> Bool {
    guard let host = host(of: authority) else { return false }
    return isLocal(host: host)
  }

  /// Whether one hop of a proxy's field is local: an address or a name, with or without port, an IPv6 address with or
  /// without brackets.
  static func isLocal(hop text: some StringProtocol) -> Bool {
    let hop = trimmed(text)
    if let address = IPAddress(hop) { return address.isLoopback }
    return isLocal(authority: hop)
  }

  /// The host of `host[:port]` in lower case when it is a name; nil for an address and for what is no authority.
  static func name(of authority: some StringProtocol) -> String? {
    guard let host = host(of: authority), IPAddress(host) == nil else { return nil }
    return String(host).asciiLowercased
  }

  private static func isLocal(host: Substring) -> Bool {
    if let address = IPAddress(host) { return address.isLoopback }
    let name = String(host).asciiLowercased
    return name == "localhost" || (name.hasSuffix(".localhost") && !name.hasPrefix("."))
  }

  /// The host without brackets and port, or nil when the text is no authority.
  private static func host(of text: some StringProtocol) -> Substring? {
    let authority = Substring(text)
    let host: Substring
    let rest: Substring
    if authority.hasPrefix("[") {
      guard let end = authority.firstIndex(of: "]") else { return nil }
      host = authority[authority.index(after: authority.startIndex)..<end]
      rest = authority[authority.index(after: end)...]
      guard host.utf8.contains(UInt8(ascii: ":")) else { return nil }
    } else {
      let end = authority.firstIndex(of: ":") ?? authority.endIndex
      host = authority[..<end]
      rest = authority[end...]
    }
    guard !host.isEmpty else { return nil }
    if rest.isEmpty { return host }
    let port = rest.dropFirst()
    guard rest.hasPrefix(":"), !port.isEmpty, port.utf8.count <= 5, let number = UInt32(port), number <= 65_535,
      port.utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    return host
  }

  private static func trimmed(_ text: some StringProtocol) -> String {
    var rest = Substring(text)
    while let first = rest.first, first == " " || first == "\t" { rest.removeFirst() }
    while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
    return String(rest)
  }
}
