/// The options and positional arguments of one command line, already checked against the command's declaration.
struct ParsedArguments: Sendable {
  /// The command's path, for errors that the command itself raises.
  let path: [String]
  private(set) var options: [String: [String]] = [:]
  private(set) var positionals: [String: [String]] = [:]

  init(path: [String]) { self.path = path }

  mutating func add(_ value: String, option: String) { options[option, default: []].append(value) }

  mutating func add(_ value: String, positional: String) { positionals[positional, default: []].append(value) }

  /// The value of an option, the last if it was given several times.
  func string(_ option: String) -> String? { options[option]?.last }

  /// Every value of a repeated option.
  func strings(_ option: String) -> [String] { options[option] ?? [] }

  /// Whether a switch is on.
  func isOn(_ option: String) -> Bool { options[option]?.last == "true" }

  /// A value that the command cannot do without.
  func required(_ option: String) throws(UsageError) -> String {
    guard let value = string(option) else { throw UsageError("missing option '--\(option)'", path: path) }
    return value
  }

  /// A whole number within bounds.
  func integer(_ option: String, in range: ClosedRange<Int>) throws(UsageError) -> Int? {
    guard let text = string(option) else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw UsageError(
        "'--\(option)' must be a whole number from \(range.lowerBound) to \(range.upperBound), not '\(text)'",
        path: path)
    }
    return number
  }

  /// A duration such as `30s`.
  func duration(_ option: String) throws(UsageError) -> Duration? {
    guard let text = string(option) else { return nil }
    do throws(BadValue) {
      return try DurationText.parse(text)
    } catch {
      throw UsageError("'--\(option)' \(error)", path: path)
    }
  }

  /// A positional argument that takes one value.
  func positional(_ name: String) -> String? { positionals[name]?.first }

  /// A positional argument that the declaration requires.
  func requiredPositional(_ name: String) throws(UsageError) -> String {
    guard let value = positional(name) else { throw UsageError("missing argument '<\(name)>'", path: path) }
    return value
  }
}
