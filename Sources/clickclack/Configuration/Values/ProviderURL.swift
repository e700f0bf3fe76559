import Runtime

/// The URL of a service that people sign in with, such as `https://accounts.example` or `https://id.example/realms/chat`.
///
/// It is kept letter by letter, because tokens name their issuer that way. Without TLS only this machine is accepted.
struct ProviderURL: Equatable, Sendable {
  let text: String

  /// Reads an https URL without user, query and fragment; an http one if its host is a loopback address or `localhost`.
  init(parsing text: String) throws(BadValue) {
    guard let separator = text.firstRange(of: "://"), text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }),
      !text.contains(where: { $0 == "?" || $0 == "#" || $0 == "\\" || $0 == "@" })
    else { throw BadValue("must be a URL such as 'https://id.example', not '\(text)'") }
    let end = text[separator.upperBound...].firstIndex(of: "/") ?? text.endIndex
    let origin = try WebOrigin(parsing: String(text[..<end]))
    guard origin.scheme == "https" || Self.isLoopback(origin.host) else {
      throw BadValue("must begin with https:// unless it is on this machine")
    }
    self.text = text
  }

  /// The URL without slashes at the end, to put paths behind.
  var base: String {
    var base = text[...]
    while base.hasSuffix("/") { base.removeLast() }
    return String(base)
  }

  private static func isLoopback(_ host: String) -> Bool {
    let address = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
    return host == "localhost" || IPAddress(address)?.isLoopback == true
  }
}
