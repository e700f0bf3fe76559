/// A value of a configuration file, whichever its syntax, with the line it begins on.
struct ConfigurationNode: Equatable, Sendable {
  var value: ConfigurationValue
  var line: Int
}

/// What TOML and JSON have in common.
indirect enum ConfigurationValue: Equatable, Sendable {
  case string(String)
  case integer(Int64)
  case float(Double)
  case boolean(Bool)
  case array([ConfigurationNode])
  case table([String: ConfigurationNode])

  /// Names the kind for an error.
  var kind: String {
    switch self {
    case .string: "a string"
    case .integer: "an integer"
    case .float: "a number"
    case .boolean: "a boolean"
    case .array: "a list"
    case .table: "a table"
    }
  }
}

/// Bounds that keep a hostile or mistaken file from exhausting memory or the stack.
enum ConfigurationFileLimits {
  static let bytesMax = 1024 * 1024
  static let depthMax = 16
}

/// Says where a configuration file is not well-formed.
struct ConfigurationSyntaxError: Error, Equatable, CustomStringConvertible {
  /// Counted from 1.
  let line: Int
  let message: String

  var description: String { "line \(line): \(message)" }
}
