import FoundationEssentials
import Storage

/// Talks to a server's API for one caller. Every call blocks until the answer is there.
///
/// Redirects are not followed, so credentials go to the configured server only.
struct APIClient: Sendable {
  let configuration: ClientConfiguration
  let environment: [String: String]

  /// - Throws: `CommandFailure` if the credentials could not stand in a header.
  init(_ configuration: ClientConfiguration, environment: [String: String]) throws(CommandFailure) {
    for (name, value) in [("token", configuration.token), ("user", configuration.userID)] {
      guard value.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
        throw CommandFailure("the \(name) holds characters that it cannot have", exitCode: .usage)
      }
    }
    self.configuration = configuration
    self.environment = environment
  }

  /// - Parameters:
  ///   - path: segments below `/api`, encoded here.
  ///   - query: parameters, those without a value left out.
  /// - Throws: `CommandFailure` with the server's own words for a refusal.
  func get(_ path: String..., query: [(String, String?)] = []) throws(CommandFailure) -> JSONValue {
    try call("GET", path, query: query, body: .none)
  }

  /// - Throws: as `get`.
  func post(_ path: String..., body: [String: JSONValue]) throws(CommandFailure) -> JSONValue {
    try call("POST", path, query: [], body: .json(.object(body)))
  }

  /// - Throws: as `get`.
  func delete(_ path: String...) throws(CommandFailure) -> JSONValue {
    try call("DELETE", path, query: [], body: .none)
  }

  /// Sends a form with one file, which is read while it is sent.
  ///
  /// - Throws: as `get`.
  func upload(_ path: String..., query: [(String, String?)], form: UploadForm) throws(CommandFailure) -> JSONValue {
    try call("POST", path, query: query, body: .form(form))
  }

  /// The header fields that say who is calling.
  var credentials: [(name: String, value: String)] {
    var fields: [(name: String, value: String)] = []
    if !configuration.token.isEmpty { fields.append(("Authorization", "Bearer \(configuration.token)")) }
    if !configuration.userID.isEmpty { fields.append(("X-ClickClack-User", configuration.userID)) }
    return fields
  }

  private func call(
    _ method: String, _ path: [String], query: [(String, String?)], body: CurlTransfer.Body
  ) throws(CommandFailure) -> JSONValue {
    let target = PercentEncoding.target(["api"] + path, query: query)
    let headers = credentials.map { "\($0.name): \($0.value)" } + ["Accept: application/json"]
    let answer = try CurlTransfer(
      method: method, url: configuration.server + target, headers: headers, body: body, environment: environment
    ).run()
    if answer.status == 204 { return .null }
    let value = Result { try JSONText.decode(JSONValue.self, from: answer.body) }
    guard (200...299).contains(answer.status) else {
      if case .success(let document) = value { throw refusal(answer.status, document["error"]?.text) }
      throw refusal(answer.status, nil)
    }
    guard case .success(let content) = value else {
      throw CommandFailure(
        "\(configuration.server) did not answer with JSON: is it a ClickClack server?", exitCode: .notUnderstood)
    }
    return content
  }

  private func refusal(_ status: Int, _ words: String?) -> CommandFailure {
    let exitCode = ExitCode(status: status)
    guard let words else {
      let hint = (300...399).contains(status) ? " and names another address: give it with '--server'" : ""
      return CommandFailure("\(configuration.server) answered \(status)\(hint)", exitCode: exitCode)
    }
    let hint = status == 401 && credentials.isEmpty ? "; sign in with 'clickclack login'" : ""
    let line = words.split(whereSeparator: \.isNewline).joined(separator: " ")
    return CommandFailure("\(line) (\(status))\(hint)", exitCode: exitCode)
  }
}
