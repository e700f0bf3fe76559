/// Writes the completion function for zsh.
enum ZshCompletion {
  static func script(for tree: CompletionTree) -> String {
    let values = tree.valueOptions
    let plain = values.filter { $0.values == .text }.map { "--\($0.spelling)" }
    var special = ""
    for option in values where option.values != .text {
      special += "    --\(option.spelling)) \(action(option.values)); return ;;\n"
    }
    var places = ""
    for node in tree.nodes {
      let options = node.options.flatMap { option in option.words.map { quoted($0, option.help) } }
      places += "    \"\(node.path)\")\n      options=(\(options.joined(separator: " ")))\n"
      let subcommands = node.command.subcommands.flatMap { child in
        ([child.name] + child.aliases).map { quoted($0, child.summary) }
      }
      let operand =
        subcommands.isEmpty
        ? action(node.values)
        : "proposals=(\(subcommands.joined(separator: " "))); _describe -t commands command proposals"
      places += "      [[ $current == -* ]] || \(operand) ;;\n"
    }
    return """
      #compdef \(tree.name)
      # Completion of \(tree.name) for zsh; made by '\(tree.name) completions zsh'.
      _\(tree.name)() {
        local current="${words[CURRENT]}" previous="${words[CURRENT-1]}" place="\(tree.name)" word
        local -a options proposals
        integer index
        for ((index = 2; index < CURRENT; index++)); do
          word="${words[index]}"
          case "$word" in
          --) return 1 ;;
          \(values.map { "--\($0.spelling)" }.joined(separator: "|"))) ((index++)) ;;
          -*) ;;
          *)
            case "$place $word" in
            \(tree.pathPattern)) place="$place $word" ;;
            esac ;;
          esac
        done
        case "$previous" in
      \(special)    \(plain.joined(separator: "|"))) _message value; return ;;
        esac
        case "$place" in
      \(places)  esac
        [[ $current == -* ]] && _describe -t options option options
      }
      if [[ "$funcstack[1]" == "_\(tree.name)" ]]; then
        _\(tree.name) "$@"
      elif (( $+functions[compdef] )); then
        compdef _\(tree.name) \(tree.name)
      fi

      """
  }

  private static func action(_ values: ValueHint) -> String {
    switch values {
    case .text: "_message argument"
    case .files: "_files"
    case .words(let words): "proposals=(\(words.joined(separator: " "))); _describe -t values value proposals"
    }
  }

  /// `name:description` in single quotes; a colon would end the name.
  private static func quoted(_ word: String, _ help: String) -> String {
    "'\(word):\(help.replacing("'", with: "'\\''").replacing(":", with: "\\:"))'"
  }
}
