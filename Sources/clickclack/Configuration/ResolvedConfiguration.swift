/// The configuration in force, and for every setting where its value comes from.
struct ResolvedConfiguration: Equatable, Sendable {
  enum Source: Equatable, Sendable {
    case builtIn
    case file(path: String, line: Int)
    case environment(String)
    case flag(String)

    var text: String {
      switch self {
      case .builtIn: "default"
      case .file(let path, let line): "\(path):\(line)"
      case .environment(let name): "env \(name)"
      case .flag(let name): "--\(name)"
      }
    }
  }

  struct Value: Equatable, Sendable {
    let key: String
    /// Secrets are masked here already.
    let text: String
    let source: Source
  }

  let configuration: Configuration
  /// In the order of `Setting.all`.
  let values: [Value]
}
