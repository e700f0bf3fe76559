/// A request that two recipients could read differently, or that tries one of them.
///
/// Where the text says ROW stand three letters that are different in each run. A request within it that must never be taken for one
/// has the correlation id `hidden-ROW`.
struct SmugglingRow: Sendable {
  /// What the server does with it when nothing is in between.
  enum Outcome: Sendable, Equatable {
    /// Answers with this status and closes; nothing behind it is read.
    case refused(Int)
    /// Takes it for one request, and what follows for the next.
    case taken
    /// Takes it for two requests: the hidden one is none.
    case takenAsTwo
    /// Waits for more: what follows is part of it.
    case unfinished
  }

  let name: String
  let outcome: Outcome
  let text: String

  func bytes(_ run: String) -> [UInt8] {
    Array(text.replacing("ROW", with: run).unicodeScalars.map { UInt8($0.value) })
  }
}

/// One table for the server alone and behind proxies.
enum SmugglingTable {
  private static let id = "X-Correlation-Id: row-ROW\r\n"
  private static let start = "POST /healthz HTTP/1.1\r\nHost: localhost\r\n" + id
  private static let get = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n" + id
  private static let hidden = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Correlation-Id: hidden-ROW\r\n\r\n"
  private static let chunked = start + "Transfer-Encoding: chunked\r\n\r\n"

  private static func row(_ name: String, _ outcome: SmugglingRow.Outcome, _ text: String) -> SmugglingRow {
    SmugglingRow(name: name, outcome: outcome, text: text)
  }

  /// A body that is empty if its length is zero or chunks count, and else hides a request.
  private static func both(_ name: String, _ status: Int, _ fields: String) -> SmugglingRow {
    row(name, .refused(status), start + fields + "\r\n0\r\n\r\n" + hidden)
  }

  private static let length = "Content-Length: \(hidden.utf8.count + 5 - 2)\r\n"

  /// Two framings at once, or one that is not what it seems.
  static let framing = [
    both("CL.TE", 400, length + "Transfer-Encoding: chunked\r\n"),
    both("TE.CL", 400, "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"),
    both("CL.TE in lower case", 400, length + "transfer-encoding: chunked\r\n"),
    both("CL.CL equal", 400, "Content-Length: 5\r\nContent-Length: 5\r\n"),
    both("CL.CL different", 400, "Content-Length: 5\r\n" + length),
    both("CL.0", 400, "Content-Length: 0\r\n" + length),
    both("CL list", 400, "Content-Length: 5, 5\r\n"), both("CL with a sign", 400, "Content-Length: +5\r\n"),
    both("CL negative", 400, "Content-Length: -5\r\n"), both("CL hexadecimal", 400, "Content-Length: 0x5\r\n"),
    both("CL with a fraction", 400, "Content-Length: 5.0\r\n"),
    both("CL with an exponent", 400, "Content-Length: 5e0\r\n"),
    both("CL with an inner space", 400, "Content-Length: 5 5\r\n"), both("CL empty", 400, "Content-Length: \r\n"),
    both("CL of 2^63", 400, "Content-Length: 9223372036854775808\r\n"),
    both("CL of 2^64 and 5", 400, "Content-Length: 18446744073709551621\r\n"),
    both("CL with an underscore", 400, "Content_Length: 5\r\nContent-Length: +0\r\n"),
    both("CL with a space before the colon", 400, "Content-Length : 5\r\n"),
    both("CL quoted", 400, "Content-Length: \"5\"\r\n"),
    both("TE.TE", 400, "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
    both("TE.TE identity", 400, "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"),
    both("TE.TE unknown", 400, "Transfer-Encoding: chunked\r\nTransfer-Encoding: cow\r\n"),
    both("TE identity first", 501, "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n"),
    both("TE twice chunked", 400, "Transfer-Encoding: chunked, chunked\r\n"),
    both("TE chunked, identity", 501, "Transfer-Encoding: chunked, identity\r\n"),
    both("TE identity, chunked", 501, "Transfer-Encoding: identity, chunked\r\n"),
    both("TE gzip, chunked", 501, "Transfer-Encoding: gzip, chunked\r\n"),
    both("TE xchunked", 501, "Transfer-Encoding: xchunked\r\n"),
    both("TE with a space before the colon", 400, "Transfer-Encoding : chunked\r\n"),
    both("TE with a tab before the colon", 400, "Transfer-Encoding\t: chunked\r\n"),
    both("TE with a space before the name", 400, " Transfer-Encoding: chunked\r\n"),
    both("TE quoted", 400, "Transfer-Encoding: \"chunked\"\r\n"),
    both("TE with a parameter", 400, "Transfer-Encoding: chunked;q=1\r\n"),
    both("TE with a vertical tab", 400, "Transfer-Encoding: \u{b}chunked\r\n"),
    both("TE with a form feed", 400, "Transfer-Encoding: chunked\u{c}\r\n"),
    both("TE with a NUL", 400, "Transfer-Encoding: chunked\0\r\n"),
    both("TE folded", 400, "Transfer-Encoding:\r\n chunked\r\n"),
    both("TE folded behind another", 400, "X: y\r\n Transfer-Encoding: chunked\r\n"),
    both("TE behind a bare CR", 400, "X: y\rTransfer-Encoding: chunked\r\n"),
    both("TE behind a bare LF", 400, "X: y\nTransfer-Encoding: chunked\r\n"),
    both("TE empty", 400, "Transfer-Encoding: \r\n"), both("TE comma", 400, "Transfer-Encoding: ,chunked,\r\n"),
    both("TE with high bytes", 400, "Transfer-Encoding: \u{ff}chunked\r\n"),
    row(
      "TE in HTTP/1.0", .refused(400),
      "POST /healthz HTTP/1.0\r\nHost: localhost\r\n\(id)Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden),
    row("CL larger than what comes", .unfinished, start + "Content-Length: 100000\r\n\r\n" + hidden),
    row("CL that covers the hidden one", .taken, start + "Content-Length: \(hidden.utf8.count)\r\n\r\n" + hidden),
    row(
      "GET with a body", .taken,
      get + "Content-Length: \(hidden.utf8.count)\r\n\r\n" + hidden),
    row("TE in mixed case", .taken, start + "TrAnSfEr-EnCoDiNg: ChUnKeD\r\n\r\n0\r\n\r\n"),
    row("two requests", .takenAsTwo, get + "\r\n" + hidden),
    row("one empty line before the next", .takenAsTwo, get + "\r\n\r\n" + hidden),
    row("a pipelined body", .takenAsTwo, start + "Content-Length: 5\r\n\r\nabcde" + hidden),
  ]

  private static func chunks(_ name: String, _ outcome: SmugglingRow.Outcome, _ body: String) -> SmugglingRow {
    row(name, outcome, chunked + body + hidden)
  }

  /// Chunks.
  static let chunks = [
    chunks("chunk with an extension", .takenAsTwo, "5;a=b\r\nabcde\r\n0\r\n\r\n"),
    chunks("chunk with a quoted extension", .takenAsTwo, "5;a=\"b;c\"\r\nabcde\r\n0\r\n\r\n"),
    chunks("trailer", .takenAsTwo, "5\r\nabcde\r\n0\r\nX-Trailer: 1\r\n\r\n"),
    chunks("chunk with leading zeros", .takenAsTwo, "0005\r\nabcde\r\n000\r\n\r\n"),
    chunks("trailer with a length", .refused(400), "5\r\nabcde\r\n0\r\nContent-Length: 5\r\n\r\n"),
    chunks("trailer with an encoding", .refused(400), "5\r\nabcde\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n"),
    chunks("trailer with a host", .refused(400), "5\r\nabcde\r\n0\r\nHost: evil\r\n\r\n"),
    chunks("chunk extension that ends with LF", .refused(400), "5;\nabcde\r\n0\r\n\r\n"),
    chunks("chunk extension with a bare CR", .refused(400), "5;a\rb\r\nabcde\r\n0\r\n\r\n"),
    chunks("chunk extension with a NUL", .refused(400), "5;a\0\r\nabcde\r\n0\r\n\r\n"),
    chunks(
      "chunk extension of 100 kB", .refused(400), "5;\(String(repeating: "a", count: 100_000))\r\nabcde\r\n0\r\n\r\n"),
    chunks("chunk size ends with LF", .refused(400), "5\nabcde\r\n0\r\n\r\n"),
    chunks("chunk size with a sign", .refused(400), "+5\r\nabcde\r\n0\r\n\r\n"),
    chunks("chunk size with 0x", .refused(400), "0x5\r\nabcde\r\n0\r\n\r\n"),
    chunks("chunk size with a space before", .refused(400), " 5\r\nabcde\r\n0\r\n\r\n"),
    chunks("chunk size with an underscore", .refused(400), "0_5\r\nabcde\r\n0\r\n\r\n"),
    chunks("chunk size that wraps 64 bits", .refused(400), "10000000000000005\r\nabcde\r\n0\r\n\r\n"),
    chunks("chunk size that wraps 32 bits", .refused(413), "100000005\r\nabcde\r\n0\r\n\r\n"),
    chunks("chunk size beyond any", .refused(400), "ffffffffffffffff\r\nabcde\r\n0\r\n\r\n"),
    chunks("chunk size empty", .refused(400), "\r\nabcde\r\n0\r\n\r\n"),
    chunks("chunk longer than its size", .refused(400), "3\r\nabcde\r\n0\r\n\r\n"),
    chunks("chunk shorter than its size", .refused(400), "7\r\nabcde\r\n0\r\n\r\n"),
    chunks("chunk data that ends with LF", .refused(400), "5\r\nabcde\n0\r\n\r\n"),
    chunks("last chunk ends with LF", .refused(400), "5\r\nabcde\r\n0\n\n"),
    chunks("two zeros, then the end", .refused(400), "0\r\n0\r\n\r\n"),
  ]

  private static func head(_ name: String, _ outcome: SmugglingRow.Outcome, _ head: String) -> SmugglingRow {
    row(name, outcome, head + "\r\n" + hidden)
  }

  /// Lines, targets, hosts and connection options.
  static let heads = [
    head("folded field", .refused(400), get + "X: a\r\n b\r\n"),
    head("field without a colon", .refused(400), get + "nonsense\r\n"),
    head("field without a name", .refused(400), get + ": x\r\n"),
    head("NUL in a value", .refused(400), get + "X: a\0b\r\n"),
    head("NUL in a name", .refused(400), get + "X\0: b\r\n"),
    head("bare CR in a value", .refused(400), get + "X: a\rb\r\n"),
    head("line ends with LF", .refused(400), get + "X: a\n"),
    head("head ends with LF", .refused(400), get + "X: a\r\n\n"),
    head("two Hosts", .refused(400), get + "Host: localhost\r\n"),
    head("two different Hosts", .refused(400), get + "Host: evil.example\r\n"),
    head("no Host", .refused(400), "GET /healthz HTTP/1.1\r\n" + id),
    head("empty Host", .refused(400), "GET /healthz HTTP/1.1\r\nHost: \r\n" + id),
    head("Host list", .refused(400), "GET /healthz HTTP/1.1\r\nHost: a, b\r\n" + id),
    head("Host with a user", .refused(400), "GET /healthz HTTP/1.1\r\nHost: a@b\r\n" + id),
    head("Host with a path", .refused(400), "GET /healthz HTTP/1.1\r\nHost: a/b\r\n" + id),
    head("Host with a wrong port", .refused(400), "GET /healthz HTTP/1.1\r\nHost: a:b\r\n" + id),
    head("folded Host", .refused(400), "GET /healthz HTTP/1.1\r\nHost:\r\n localhost\r\n" + id),
    head("absolute target", .takenAsTwo, "GET http://localhost/healthz HTTP/1.1\r\nHost: localhost\r\n" + id),
    head(
      "absolute target, other Host", .refused(400),
      "GET http://evil.example/healthz HTTP/1.1\r\nHost: localhost\r\n" + id),
    head(
      "absolute target with a user", .refused(400),
      "GET http://a@localhost/healthz HTTP/1.1\r\nHost: localhost\r\n" + id),
    head(
      "absolute target, other scheme", .refused(400), "GET ftp://localhost/healthz HTTP/1.1\r\nHost: localhost\r\n" + id
    ),
    head("authority as target", .refused(400), "GET localhost:80 HTTP/1.1\r\nHost: localhost\r\n" + id),
    head("target with a space", .refused(400), "GET /healthz x HTTP/1.1\r\nHost: localhost\r\n" + id),
    head("target with a hidden version", .refused(400), "GET /healthz HTTP/1.1 HTTP/1.1\r\nHost: localhost\r\n" + id),
    head("target with a fragment", .refused(400), "GET /healthz#x HTTP/1.1\r\nHost: localhost\r\n" + id),
    head("target with high bytes", .refused(400), "GET /healthz?\u{ff} HTTP/1.1\r\nHost: localhost\r\n" + id),
    head("space before the method", .refused(400), " GET /healthz HTTP/1.1\r\nHost: localhost\r\n" + id),
    head("two spaces", .refused(400), "GET  /healthz HTTP/1.1\r\nHost: localhost\r\n" + id),
    head("tab for a space", .refused(400), "GET\t/healthz HTTP/1.1\r\nHost: localhost\r\n" + id),
    head("method in lower case", .refused(501), "get /healthz HTTP/1.1\r\nHost: localhost\r\n" + id),
    head("TRACE", .refused(501), "TRACE /healthz HTTP/1.1\r\nHost: localhost\r\n" + id),
    head("CONNECT", .refused(501), "CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n" + id),
    head("HTTP/0.9", .refused(400), "GET /healthz\r\n"),
    head("HTTP/1.2", .takenAsTwo, "GET /healthz HTTP/1.2\r\nHost: localhost\r\n" + id),
    head("HTTP/2.0", .refused(505), "GET /healthz HTTP/2.0\r\nHost: localhost\r\n" + id),
    head("version with more digits", .refused(400), "GET /healthz HTTP/1.10\r\nHost: localhost\r\n" + id),
    head("version in lower case", .refused(400), "GET /healthz http/1.1\r\nHost: localhost\r\n" + id),
    head("LF before the request", .refused(400), "\n" + get),
    head("CRLF before the request", .takenAsTwo, "\r\n" + get),
    head("unknown expectation", .refused(417), get + "Expect: 200-ok\r\n"),
    row(
      "Expect without waiting", .takenAsTwo,
      start + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\nabcde" + hidden),
    row(
      "upgrade with a body", .takenAsTwo,
      start + "Upgrade: websocket\r\nConnection: Upgrade\r\nContent-Length: 5\r\n\r\nabcde" + hidden),
    head(
      "upgrade to h2c", .takenAsTwo,
      get + "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABk\r\n"),
    head("fields named by Connection", .takenAsTwo, get + "Connection: X-Correlation-Id, Host, keep-alive\r\n"),
    row(
      "length named by Connection", .takenAsTwo,
      start + "Connection: Content-Length\r\nContent-Length: 5\r\n\r\nabcde" + hidden),
    row(
      "encoding named by Connection", .takenAsTwo,
      start + "Connection: Transfer-Encoding\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n" + hidden),
  ]

  static let all = framing + chunks + heads
}
