/// The commands as completion scripts see them: every path that can be typed and what may follow there.
struct CompletionTree {
  /// One command at one of the paths that lead to it.
  struct Node {
    /// The words that lead here, joined by spaces; aliases have nodes of their own.
    let path: String
    let command: CommandDeclaration

    var options: [OptionDeclaration] { command.options + [.help] }

    /// What the first argument that is no subcommand may be.
    var values: ValueHint {
      command.positionals.lazy.map(\.values).first { $0 != .text } ?? .text
    }
  }

  let name: String
  let nodes: [Node]

  init(_ root: CommandDeclaration) {
    name = root.name
    nodes = Self.nodes(root, path: root.name)
  }

  private static func nodes(_ command: CommandDeclaration, path: String) -> [Node] {
    [Node(path: path, command: command)]
      + command.subcommands.flatMap { child in
        ([child.name] + child.aliases).flatMap { nodes(child, path: "\(path) \($0)") }
      }
  }

  /// Every option that takes a value, by spelling: a name means the same kind in every command.
  var valueOptions: [(spelling: String, values: ValueHint)] {
    var found: [String: ValueHint] = [:]
    for option in nodes.flatMap(\.options) where !option.isSwitch {
      for spelling in option.spellings where found[spelling, default: .text] == .text {
        found[spelling] = option.values
      }
    }
    return found.map { ($0.key, $0.value) }.sorted { $0.spelling < $1.spelling }
  }

  /// The paths that a word may extend, as a pattern of a shell's `case`.
  var pathPattern: String {
    nodes.dropFirst().map { "\"\($0.path)\"" }.joined(separator: "|")
  }
}

extension OptionDeclaration {
  /// Every way to write it.
  var words: [String] { spellings.map { "--\($0)" } + (short.map { ["-\($0)"] } ?? []) }
}
