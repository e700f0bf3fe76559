import HTTP
import Testing

/// Sends odd requests to a server, or to a proxy before it, and compares what a client was answered with what the server
/// has in its access log.
final class SmugglingRun {
  /// What came of one.
  struct Outcome: CustomStringConvertible {
    /// What the client was answered, with the correlation ids that the server's answers have.
    let answers: [(status: Int, id: String)]
    let isClosed: Bool
    /// What the server took for requests, in order.
    let logged: [String]

    /// Answers without an id are a proxy's own, or refusals of what could not be parsed.
    var answeredIDs: [String] { answers.map(\.id).filter { !$0.isEmpty } }
    var description: String { "answered \(answers), the server saw \(logged)" }
  }

  private let server: TestServer
  private let port: UInt16
  /// How long nothing may come before nothing more is expected, in milliseconds: many times what an answer takes.
  private var patience = 400
  private static let patienceFactor = 20
  /// How long an answer may take to a request that the server has in its log.
  private static let loggedMilliseconds = 20_000

  init(_ server: TestServer, port: UInt16) {
    self.server = server
    self.port = port
  }

  /// A server whose access log is read.
  static func makeServer() throws -> TestServer {
    try TestServer(flags: ["--log-level", "info", "--log-format", "json", "--metrics=true"])
  }

  /// Three letters for a row.
  static func name(_ number: Int) -> String { String(46_656 / 2 + number, radix: 36) }

  /// To be called once before the first.
  func begin() throws { try sendVictim("start") }

  /// Sends bytes and behind them an ordinary request, the marker; and then, as somebody else, another one, the victim,
  /// who must get their own answer.
  func send(_ bytes: [UInt8], _ run: String) throws -> Outcome {
    var exchange = try Exchange(port, bytes + Self.request("marker-\(run)"), last: "marker-\(run)")
    try exchange.read(within: patience)
    try sendVictim(run)
    let logged = try logged(run)
    // On a busy machine an answer may take longer than the patience.
    try exchange.read(within: Self.loggedMilliseconds, ids: logged.count)
    return Outcome(answers: exchange.answers, isClosed: exchange.isClosed, logged: logged)
  }

  private static func request(_ id: String) -> [UInt8] {
    Array("GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Correlation-Id: \(id)\r\n\r\n".utf8)
  }

  private func sendVictim(_ run: String) throws {
    let start = ContinuousClock.now
    var exchange = try Exchange(port, Self.request("victim-\(run)"), last: "victim-\(run)")
    try exchange.read(within: Self.loggedMilliseconds)
    guard exchange.answers.map(\.id) == ["victim-\(run)"], exchange.answers.first?.status == 200 else {
      throw TestFailure("somebody else was answered \(exchange.answers) instead of victim-\(run)")
    }
    patience = max(patience, Self.patienceFactor * Int((ContinuousClock.now - start) / .milliseconds(1)))
  }

  /// The ids of all requests that the server's access log has since the last victim, in order, up to this one.
  private func logged(_ run: String) throws -> [String] {
    try eventually("the log has the last request") {
      let ids = server.directory.read("server.log").split(separator: "\n").compactMap { line -> String? in
        guard let start = line.firstRange(of: "\"correlation_id\":\"") else { return nil }
        return String(line[start.upperBound...].prefix { $0 != "\"" })
      }
      guard ids.last == "victim-\(run)" else { return nil }
      let others = ids.dropLast()
      let before = others.lastIndex { $0.hasPrefix("victim-") } ?? others.startIndex - 1
      return Array(others[(before + 1)...])
    }
  }
}

/// Bytes sent on a connection of their own, and what came back.
private struct Exchange {
  private(set) var answers: [(status: Int, id: String)] = []
  private(set) var isClosed = false
  private let client: HTTPClient
  private let last: String

  /// - Parameter last: The correlation id of the answer behind which nothing is expected.
  init(_ port: UInt16, _ bytes: [UInt8], last: String) throws {
    client = try HTTPClient(port: port)
    self.last = last
    do { try client.socket.send(bytes) } catch SocketFailure.reset {}
  }

  /// Reads answers until there is the last one, or so many with an id, the connection ends, or nothing comes any more.
  mutating func read(within milliseconds: Int, ids: Int = .max) throws {
    do {
      while !isClosed, answers.last?.id != last, answers.count(where: { !$0.id.isEmpty }) < ids,
        client.hasInput || client.socket.isReadable(withinMilliseconds: Int32(milliseconds))
      {
        let response = try client.receive()
        answers.append((response.status, response.headers["x-correlation-id"] ?? ""))
      }
    } catch is SocketFailure {
      isClosed = true
    } catch is HTTPParseError {
      // A proxy may answer a line without a version in the way of HTTP/0.9.
      isClosed = true
    }
  }
}
