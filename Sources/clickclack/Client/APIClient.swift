import FoundationEssentials
import Storage

/// Talks to a server's API for one caller. Every call blocks until the answer is there.
struct APIClient: Sendable {
  let configuration: ClientConfiguration
  let environment: [String: String]

  /// - Throws: `CommandFailure` if the credentials could not stand in a header.
  init(_ configuration: ClientConfiguration, environment: [String: String]) throws(CommandFailure) {
    for (name, value) in [("token", configuration.token), ("user", configuration.userID)] {
      guard value.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
        throw CommandFailure("the \(name) holds characters that it cannot have")
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
    try call("GET", path, query: query, body: nil)
  }

  /// - Throws: as `get`.
  func post(_ path: String..., body: [String: JSONValue]) throws(CommandFailure) -> JSONValue {
    try call("POST", path, query: [], body: .object(body))
  }

  /// - Throws: as `get`.
  func delete(_ path: String...) throws(CommandFailure) -> JSONValue {
    try call("DELETE", path, query: [], body: nil)
  }

  /// The header fields that say who is calling.
  var credentials: [(name: String, value: String)] {
    var fields: [(name: String, value: String)] = []
    if !configuration.token.isEmpty { fields.append(("Authorization", "Bearer \(configuration.token)")) }
    if !configuration.userID.isEmpty { fields.append(("X-ClickClack-User", configuration.userID)) }
    return fields
  }

  private func call(
    _ method: String, _ path: [String], query: [(String, String?)], body: JSONValue?
  ) throws(CommandFailure) -> JSONValue {
    let target = PercentEncoding.target(["api"] + path, query: query)
    var headers = credentials.map { "\($0.name): \($0.value)" } + ["Accept: application/json"]
    if body != nil { headers.append("Content-Type: application/json") }
    let answer = try CurlTransfer(
      method: method, url: configuration.server + target, headers: headers, body: body?.json,
      environment: environment
    ).run()
    let value = Result { try JSONDecoder().decode(JSONValue.self, from: Data(answer.body)) }
    guard (200...299).contains(answer.status) else {
      let isTransient = answer.status >= 500 || answer.status == 429
      if case .success(let refusal) = value, let words = refusal["error"]?.text {
        throw CommandFailure("\(words) (\(answer.status))", isTransient: isTransient)
      }
      throw CommandFailure("\(configuration.server) answered \(answer.status)", isTransient: isTransient)
    }
    guard case .success(let content) = value else {
      throw CommandFailure("\(configuration.server) did not answer with JSON: is it a ClickClack server?")
    }
    return content
  }
}
