/// A table while its document is being parsed; how it came to be decides whether it may be extended.
final class TOMLTable {
  enum Origin {
    /// Only part of the path of a header, so its own header may still come.
    case implied
    /// Has its own header.
    case header
    /// Made by a dotted key; further dotted keys may add to it.
    case dotted
  }

  enum Entry {
    case node(ConfigurationNode)
    case table(TOMLTable)
  }

  var entries: [String: Entry] = [:]
  var line: Int
  var origin: Origin

  init(line: Int, origin: Origin) {
    self.line = line
    self.origin = origin
  }

  /// The finished tree; its depth is bounded because the length of every key path is.
  var nodes: [String: ConfigurationNode] {
    entries.mapValues { entry in
      switch entry {
      case .node(let node): node
      case .table(let table): ConfigurationNode(value: .table(table.nodes), line: table.line)
      }
    }
  }
}
