/// Lists everything that is wrong with the configuration, one problem a line, each naming the setting and its source.
struct ConfigurationError: Error, Equatable, CustomStringConvertible {
  let problems: [String]

  var description: String { problems.joined(separator: "\n") }
}
