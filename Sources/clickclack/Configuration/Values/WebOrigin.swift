import Runtime

/// A web origin: scheme, host and port (RFC 6454), written without a path.
struct WebOrigin: Equatable, Sendable {
  /// `http` or `https`.
  let scheme: String
  /// In lower case; an IPv6 address keeps its brackets.
  let host: String
  /// Absent if it is the scheme's own.
  let port: UInt16?

  /// Reads `https://chat.example` or `http://127.0.0.1:8080`, with or without a slash at the end.
  init(parsing text: String) throws(BadValue) {
    let bad = BadValue("must be an origin such as 'https://chat.example', not '\(text)'")
    guard let separator = text.firstRange(of: "://") else { throw bad }
    let scheme = text[..<separator.lowerBound].lowercased()
    var authority = text[separator.upperBound...]
    if authority.hasSuffix("/") { authority.removeLast() }
    guard scheme == "http" || scheme == "https" else { throw BadValue("must begin with http:// or https://") }
    let (host, port) = try Self.split(authority, orThrow: bad)
    let isDefault = (scheme == "http" && port == 80) || (scheme == "https" && port == 443)
    self.scheme = scheme
    self.host = host.lowercased()
    self.port = isDefault ? nil : port
  }

  var text: String { "\(scheme)://\(host)" + (port.map { ":\($0)" } ?? "") }

  /// The host and the port of an authority.
  static func split(_ authority: Substring, orThrow bad: BadValue) throws(BadValue) -> (String, UInt16?) {
    var host = String(authority)
    var port: UInt16?
    let bracket = authority.lastIndex(of: "]")
    if let colon = authority.lastIndex(of: ":"), bracket.map({ $0 < colon }) ?? true {
      guard let number = UInt16(authority[authority.index(after: colon)...]), number > 0 else { throw bad }
      port = number
      host = String(authority[..<colon])
    }
    if bracket != nil {
      guard host.hasPrefix("["), host.hasSuffix("]"), IPAddress(String(host.dropFirst().dropLast()))?.isIPv4 == false
      else { throw bad }
    } else if !isHostName(host) {
      throw bad
    }
    return (host, port)
  }

  /// Letters, digits, hyphens and underscores in labels between dots; also matches IPv4 addresses.
  static func isHostName(_ text: String) -> Bool {
    guard (1...253).contains(text.utf8.count) else { return false }
    return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
      (1...63).contains(label.utf8.count)
        && label.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
    }
  }
}
