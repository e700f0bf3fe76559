/// The server under test: where it listens and how requests to it are authorised.
struct Target: Sendable {
  let host: String
  let port: UInt16
  /// Path prefix of the API, without a trailing slash; usually empty.
  let prefix: String
  /// Bearer tokens, used in turn by connections; empty means local development mode.
  let tokens: [String]

  /// Reads `http://host[:port][/prefix]` (or `ws://`).
  /// - Throws: `BenchmarkError` when the URL has another form; TLS is not spoken here.
  init(base: String, tokens: [String] = []) throws {
    guard let scheme = ["http://", "ws://"].first(where: { base.hasPrefix($0) }) else {
      throw BenchmarkError("--base must be http://HOST[:PORT] (TLS is not supported: test behind it), not '\(base)'")
    }
    let rest = base.dropFirst(scheme.count)
    let authority = rest.prefix { $0 != "/" }
    var path = String(rest.dropFirst(authority.count))
    while path.hasSuffix("/") { path.removeLast() }
    let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
    guard let name = parts.first, !name.isEmpty, parts.count <= 2,
      let port = parts.count == 2 ? UInt16(parts[1]) : 80, port > 0
    else {
      throw BenchmarkError("--base has no usable host and port: '\(base)'")
    }
    self.host = String(name)
    self.port = port
    self.prefix = path
    self.tokens = tokens
  }

  var authority: String { "\(host):\(port)" }

  /// Header lines that authorise the client with this number, each with its line end.
  func credentials(for client: Int) -> String {
    tokens.isEmpty ? "" : "Authorization: Bearer \(tokens[client % tokens.count])\r\n"
  }

  /// A request to the API with an optional JSON body.
  func request(
    _ method: String, _ path: String, client: Int = 0, headers: String = "", json: String? = nil
  ) -> [UInt8] {
    var text = "\(method) \(prefix)\(path) HTTP/1.1\r\nHost: \(authority)\r\n\(credentials(for: client))\(headers)"
    if let json {
      text += "Content-Type: application/json\r\nContent-Length: \(json.utf8.count)\r\n\r\n\(json)"
    } else {
      text += "\r\n"
    }
    return Array(text.utf8)
  }

  /// The opening handshake of a WebSocket (RFC 6455, section 4.1).
  ///
  /// The key is fixed: it guards against caching proxies, and a load generator does not check the answer to it.
  func upgrade(path: String, client: Int) -> [UInt8] {
    let headers =
      "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
      + "Sec-WebSocket-Key: Y2xpY2tjbGFja2JlbmNobQ==\r\n"
    return request("GET", path, client: client, headers: headers)
  }
}
