/// A mistake on the command line, named so that it can be put right.
enum ArgumentError: Error, Equatable, CustomStringConvertible {
  case unknownScenario(String)
  case unknownOption(String, scenario: Scenario)
  case missingValue(Option)
  case unexpectedValue(Option)
  case repeated(Option)
  case invalidValue(Option, value: String, expected: String)
  case unexpectedArgument(String)

  var description: String {
    switch self {
    case .unknownScenario(let name): "Unknown scenario '\(name)'"
    case .unknownOption(let name, let scenario): "Unknown option '\(name)' for \(scenario.rawValue)"
    case .missingValue(let option): "Missing value for '\(option.flag) <\(option.placeholder ?? "")>'"
    case .unexpectedValue(let option): "The option '\(option.flag)' does not take a value"
    case .repeated(let option): "The option '\(option.flag)' is given more than once"
    case .invalidValue(let option, let value, let expected):
      "The value '\(value)' is invalid for '\(option.flag) <\(option.placeholder ?? "")>': expected \(expected)"
    case .unexpectedArgument(let argument): "Unexpected argument '\(argument)'"
    }
  }
}

/// A parsed command line.
struct Arguments: Equatable {
  let scenario: Scenario
  private(set) var values: [Option: [String]] = [:]
  /// Arguments that are not options: the files of `compare`.
  private(set) var files: [String] = []

  /// Parses `<scenario> [--option value | --option=value | --flag]...`.
  init(_ arguments: [String]) throws(ArgumentError) {
    guard let name = arguments.first, let scenario = Scenario(rawValue: name) else {
      throw .unknownScenario(arguments.first ?? "")
    }
    self.scenario = scenario
    var rest = arguments.dropFirst()
    while let argument = rest.popFirst() {
      guard argument.hasPrefix("-"), argument != "-" else {
        guard scenario == .compare else { throw .unexpectedArgument(argument) }
        files.append(argument)
        continue
      }
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let flag = parts[0] == "-h" ? "--help" : parts[0]
      guard let option = scenario.options.first(where: { $0.flag == flag }) else {
        throw .unknownOption(parts[0], scenario: scenario)
      }
      guard values[option] == nil || option == .token else { throw .repeated(option) }
      if option.placeholder == nil {
        guard parts.count == 1 else { throw .unexpectedValue(option) }
        values[option] = [""]
      } else if parts.count == 2 {
        values[option, default: []].append(parts[1])
      } else {
        guard let value = rest.popFirst() else { throw .missingValue(option) }
        values[option, default: []].append(value)
      }
    }
  }

  func has(_ option: Option) -> Bool { values[option] != nil }

  func text(_ option: Option) -> String? { values[option]?.last }

  func integer(_ option: Option, default fallback: Int, in range: ClosedRange<Int>) throws(ArgumentError) -> Int {
    guard let text = text(option) else { return fallback }
    guard let value = Int(text), range.contains(value) else {
      throw .invalidValue(
        option, value: text, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  func number(
    _ option: Option, default fallback: Double, in range: ClosedRange<Double>
  ) throws(ArgumentError) -> Double {
    guard let text = text(option) else { return fallback }
    guard let value = Double(text), range.contains(value) else {
      throw .invalidValue(option, value: text, expected: "a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }
}
