import HTTP
import Testing

/// Sends odd requests to a server, or to a proxy before it, and compares what a client was answered with what the server
/// has in its access log.
struct SmugglingRun {
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
    let (answers, isClosed) = try answers(bytes + Self.request("marker-\(run)"), last: "marker-\(run)")
    try sendVictim(run)
    return Outcome(answers: answers, isClosed: isClosed, logged: try logged(run))
  }

  private static func request(_ id: String) -> [UInt8] {
    Array("GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Correlation-Id: \(id)\r\n\r\n".utf8)
  }

  /// Sends bytes on a connection of their own and reads answers until one has this id, the connection ends, or nothing
  /// comes any more.
  private func answers(
    _ bytes: [UInt8], last id: String
  ) throws -> (answers: [(status: Int, id: String)], isClosed: Bool) {
    let client = try HTTPClient(port: port)
    do { try client.socket.send(bytes) } catch SocketFailure.reset {}
    var answers: [(status: Int, id: String)] = []
    do {
      while client.hasInput || client.socket.isReadable(withinMilliseconds: 400) {
        let response = try client.receive()
        answers.append((response.status, response.headers["x-correlation-id"] ?? ""))
        if answers.last?.id == id { return (answers, false) }
      }
      return (answers, false)
    } catch is SocketFailure {
      return (answers, true)
    } catch is HTTPParseError {
      // A proxy may answer a line without a version in the way of HTTP/0.9.
      return (answers, true)
    }
  }

  private func sendVictim(_ run: String) throws {
    let found = try answers(Self.request("victim-\(run)"), last: "victim-\(run)").answers
    guard found.map(\.id) == ["victim-\(run)"], found.first?.status == 200 else {
      throw TestFailure("somebody else was answered \(found) instead of victim-\(run)")
    }
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
