/// Reads a configuration file into keys and raw values, whichever its syntax.
enum ConfigurationFile {
  /// One value as found, with its key flattened: `[log]` and `level` make `log_level`.
  struct Entry: Equatable {
    let key: String
    /// The key as the file writes it.
    let writtenKey: String
    let node: ConfigurationNode
  }

  enum Syntax {
    case toml, json

    init?(path: String) {
      if path.lowercased().hasSuffix(".toml") {
        self = .toml
      } else if path.lowercased().hasSuffix(".json") {
        self = .json
      } else {
        return nil
      }
    }
  }

  /// Parses a document; entries come in the order of their lines.
  static func parse(_ bytes: [UInt8], syntax: Syntax) throws(ConfigurationSyntaxError) -> [Entry] {
    let root =
      switch syntax {
      case .toml: try TOMLParser.parse(bytes)
      case .json: try JSONReader.parse(bytes)
      }
    var entries: [Entry] = []
    collect(root, path: [], into: &entries)
    return entries.sorted { ($0.node.line, $0.writtenKey) < ($1.node.line, $1.writtenKey) }
  }

  /// The parsers bound the depth of the tree.
  private static func collect(_ table: [String: ConfigurationNode], path: [String], into entries: inout [Entry]) {
    for (name, node) in table {
      let path = path + [name]
      if case .table(let members) = node.value {
        collect(members, path: path, into: &entries)
      } else {
        entries.append(
          Entry(key: path.joined(separator: "_"), writtenKey: path.joined(separator: "."), node: node))
      }
    }
  }

  /// The text that a setting of this form would have on the command line.
  static func text(of value: ConfigurationValue, form: Setting.FileForm) throws(BadValue) -> String {
    switch (form, value) {
    case (.text, .string(let text)), (.textOrInteger, .string(let text)): return text
    case (.integer, .integer(let number)), (.textOrInteger, .integer(let number)),
      (.number, .integer(let number)):
      return "\(number)"
    case (.number, .float(let number)): return "\(number)"
    case (.boolean, .boolean(let isOn)): return isOn ? "true" : "false"
    case (.list, .array(let items)):
      var texts: [String] = []
      for item in items {
        guard case .string(let text) = item.value, !text.contains(",") else {
          throw BadValue("must be a list of strings without commas")
        }
        texts.append(text)
      }
      return texts.joined(separator: ",")
    case (.text, _): throw BadValue("must be a string, not \(value.kind)")
    case (.integer, _): throw BadValue("must be an integer, not \(value.kind)")
    case (.number, _): throw BadValue("must be a number, not \(value.kind)")
    case (.boolean, _): throw BadValue("must be a boolean, not \(value.kind)")
    case (.textOrInteger, _): throw BadValue("must be a string or an integer, not \(value.kind)")
    case (.list, _): throw BadValue("must be a list, not \(value.kind)")
    }
  }
}
