/// Declares an option: `--name`, its other spellings and the value it takes, if any.
struct OptionDeclaration: Sendable {
  /// Without dashes; values are found under this name whatever spelling was used.
  let name: String
  var aliases: [String] = []
  var short: Character?
  /// Names the value in help; an option without one is a switch: `--x`, `--no-x` or `--x=false`.
  var valueName: String?
  let help: String
  /// What shells may propose as the value.
  var values = ValueHint.text
  /// Shown in help after the text, when leaving the option out means this value.
  var defaultText: String?
  /// The environment variable that gives the value when the option is absent.
  var environment: String?
  /// A repeated option keeps every value; otherwise the last one wins.
  var isRepeated = false
  var isRequired = false

  var isSwitch: Bool { valueName == nil }
  var spellings: [String] { [name] + aliases }

  static let help = OptionDeclaration(name: "help", short: "h", help: "Show help information.")
}
