import FoundationEssentials
import HTTP
import Storage

/// The provider in Tests/IdentityProvider as a process of its own, at which everybody is signed in at once.
final class TestIdentityProvider: Sendable {
  let url: String
  let port: UInt16
  private let directory: TestDirectory
  private let process: ChildProcess

  var issuer: String { url + "/oidc" }

  init() throws {
    let directory = try TestDirectory()
    self.directory = directory
    let root = "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    let process = try ChildProcess(
      program: "/usr/bin/python3", ["\(root)/Tests/IdentityProvider/identity_provider.py"],
      output: directory.path + "/provider.out", errors: directory.path + "/provider.err")
    self.process = process
    url = try eventually("the identity provider listens") {
      if process.exitCode() != nil { throw TestFailure("no identity provider: \(directory.read("provider.err"))") }
      let output = directory.read("provider.out")
      return output.hasSuffix("\n") ? String(output.dropLast()) : nil
    }
    port = UInt16(url.split(separator: ":").last ?? "") ?? 0
  }

  /// What a browser gets there.
  func get(_ path: String) throws -> Response { try HTTPClient(port: port).request(.get, path) }

  /// Sets what it does from now on; what is not named becomes honest again.
  func behave(_ json: String = "{}") throws { _ = try HTTPClient(port: port).call(.post, "/control", json: json) }

  /// Replaces its keys.
  func rotate() throws { _ = try HTTPClient(port: port).call(.post, "/control/rotate", json: "{}") }

  /// A token with these claims.
  func sign(_ claims: String, algorithm: String = "ES256", key: String = "own") throws -> String {
    let answer = try HTTPClient(port: port).call(
      .post, "/control/sign", json: #"{"claims":\#(claims),"algorithm":"\#(algorithm)","key":"\#(key)"}"#)
    return answer["token"].text
  }

  /// How often a path was asked for.
  func count(_ path: String) throws -> Int64 {
    try HTTPClient(port: port).call(.get, "/control")[path].integer ?? 0
  }

  /// The configuration of a server whose people sign in here.
  func configuration(_ more: String = "") -> String {
    """
    \(more)
    [github]
    client_id = "chat"
    client_secret = "s3cret:/+ %"
    url = "\(url)/github"
    api_url = "\(url)/github/api"
    [oidc.acme]
    name = "Acme"
    issuer = "\(issuer)"
    client_id = "chat"
    client_secret = "s3cret:/+ %"
    allowed_domains = ["example.test"]
    [oidc.openclaw]
    issuer = "\(issuer)"
    client_id = "chat"
    client_secret = "s3cret:/+ %"
    """
  }
}

/// A browser that keeps cookies and follows the way to a provider and back, one redirect at a time.
final class TestBrowser {
  private let server: TestServer
  private let provider: TestIdentityProvider
  private let headers: [(String, String)]
  private(set) var cookies: [String: String] = [:]

  init(_ server: TestServer, _ provider: TestIdentityProvider, headers: [(String, String)] = []) {
    self.server = server
    self.provider = provider
    self.headers = headers
  }

  /// One request to the server.
  func get(_ path: String) throws -> Response {
    var fields = headers
    if !cookies.isEmpty {
      fields.append(("Cookie", cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")))
    }
    let response = try server.client().request(.get, path, headers: fields)
    for field in response.headers.values(of: "set-cookie") {
      let pair = field.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      cookies[String(pair[0])] = field.contains("Max-Age=0;") ? nil : String(pair[1])
    }
    return response
  }

  /// Begins at a path of the server and signs in at the provider.
  /// - Returns: The path of the server to which the provider sends the browser.
  func cross(from start: String) throws -> String {
    let away = try get(start)
    guard away.status == 302, let target = away.headers["location"], target.hasPrefix(provider.url) else {
      throw TestFailure("\(start): \(away.status) \(away.text) \(away.headers["location"] ?? "")")
    }
    let back = try provider.get(String(target.dropFirst(provider.url.count)))
    guard back.status == 302, let location = back.headers["location"], let path = location.firstRange(of: "/api/")
    else {
      throw TestFailure("the provider refuses: \(back.status) \(back.text)")
    }
    return String(location[path.lowerBound...])
  }

  /// The whole way.
  func signIn(_ start: String) throws -> Response { try get(try cross(from: start)) }

  /// Whom the server takes this browser for.
  func person() throws -> JSONValue {
    guard cookies["cc_session"] != nil else { throw TestFailure("no session") }
    return try get("/api/me").json()["user"]
  }
}
