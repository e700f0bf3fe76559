/// The parts of a checked server URL, such as `https://chat.example:8443/prefix`.
struct ServerAddress: Equatable {
  /// Host and port as the Host header has them.
  let authority: String
  /// Empty, or begins with a slash and does not end with one.
  let path: String

  init(_ url: String) {
    let start = url.firstRange(of: "://")?.upperBound ?? url.startIndex
    let slash = url[start...].firstIndex(of: "/") ?? url.endIndex
    authority = String(url[start..<slash])
    path = String(url[slash...])
  }
}
