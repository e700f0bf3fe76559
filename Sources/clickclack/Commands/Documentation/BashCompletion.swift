/// Writes the completion script for bash.
enum BashCompletion {
  static func script(for tree: CompletionTree) -> String {
    let values = tree.valueOptions
    let plain = values.filter { $0.values == .text }.map { "--\($0.spelling)" }
    var special = ""
    for option in values where option.values != .text {
      special += "    --\(option.spelling)) \(action(option.values)); return ;;\n"
    }
    var places = ""
    for node in tree.nodes {
      let options = node.options.flatMap(\.words).joined(separator: " ")
      let subcommands = node.command.subcommands.flatMap { [$0.name] + $0.aliases }.joined(separator: " ")
      let operand = subcommands.isEmpty ? action(node.values) : action(.words([subcommands]))
      places += "    \"\(node.path)\") options=\"\(options)\"; [[ $current == -* ]] || \(operand) ;;\n"
    }
    return """
      # Completion of \(tree.name) for bash; made by '\(tree.name) completions bash'.
      _\(tree.name)_files() {
        local IFS=$'\\n'
        compopt -o filenames 2>/dev/null
        COMPREPLY=($(compgen -f -- "$current"))
      }
      _\(tree.name)() {
        local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}" path="\(tree.name)"
        local options="" word index
        COMPREPLY=()
        # bash takes '--name=value' apart at the sign.
        if [[ $current == "=" ]]; then
          current=""
        elif [[ $previous == "=" && COMP_CWORD -gt 1 ]]; then
          previous="${COMP_WORDS[COMP_CWORD-2]}"
        fi
        for ((index = 1; index < COMP_CWORD; index++)); do
          word="${COMP_WORDS[index]}"
          case "$word" in
          --) return ;;
          \(values.map { "--\($0.spelling)" }.joined(separator: "|")))
            ((index++))
            [[ ${COMP_WORDS[index]} == "=" ]] && ((index++)) ;;
          -*) ;;
          *)
            case "$path $word" in
            \(tree.pathPattern)) path="$path $word" ;;
            esac ;;
          esac
        done
        case "$previous" in
      \(special)    \(plain.joined(separator: "|"))) return ;;
        esac
        case "$path" in
      \(places)  esac
        [[ $current == -* ]] && COMPREPLY=($(compgen -W "$options" -- "$current"))
      }
      complete -F _\(tree.name) \(tree.name)

      """
  }

  private static func action(_ values: ValueHint) -> String {
    switch values {
    case .text: ":"
    case .files: "_clickclack_files"
    case .words(let words): "COMPREPLY=($(compgen -W \"\(words.joined(separator: " "))\" -- \"$current\"))"
    }
  }
}
