/// Writes the completion script for fish.
enum FishCompletion {
  static func script(for tree: CompletionTree) -> String {
    let valueOptions = tree.valueOptions.map { "--\($0.spelling)" }.joined(separator: " ")
    let paths = tree.nodes.dropFirst().map { "\"\($0.path)\"" }.joined(separator: " ")
    var script = """
      # Completion of \(tree.name) for fish; made by '\(tree.name) completions fish'.
      function __\(tree.name)_at --description 'Whether the command line is at this command'
          set -l path \(tree.name)
          set -l skip 0
          for word in (commandline -opc)[2..-1]
              if test $skip = 1
                  set skip 0
              else if contains -- $word \(valueOptions)
                  set skip 1
              else if contains -- "$path $word" \(paths)
                  set path "$path $word"
              end
          end
          test "$path" = "$argv"
      end
      complete -c \(tree.name) -f

      """
    for node in tree.nodes {
      let place = "complete -c \(tree.name) -n '__\(tree.name)_at \(node.path)'"
      for child in node.command.subcommands {
        for word in [child.name] + child.aliases { script += "\(place) -a \(word) -d \(quoted(child.summary))\n" }
      }
      for option in node.options { script += "\(place)\(flags(option)) -d \(quoted(option.help))\n" }
      switch node.values {
      case .text: break
      case .files: script += "\(place) -F\n"
      case .words(let words): script += "\(place) -a \(quoted(words.joined(separator: " ")))\n"
      }
    }
    return script
  }

  private static func flags(_ option: OptionDeclaration) -> String {
    let names = option.spellings.map { " -l \($0)" }.joined() + (option.short.map { " -s \($0)" } ?? "")
    if option.isSwitch { return names }
    return switch option.values {
    case .text: names + " -x"
    case .files: names + " -r -F"
    case .words(let words): names + " -x -a \(quoted(words.joined(separator: " ")))"
    }
  }

  private static func quoted(_ text: String) -> String {
    "'\(text.replacing("\\", with: "\\\\").replacing("'", with: "\\'"))'"
  }
}
