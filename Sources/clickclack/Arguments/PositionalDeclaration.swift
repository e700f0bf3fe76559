/// Declares arguments that are recognised by their position.
struct PositionalDeclaration: Sendable {
  enum Count: Sendable {
    case one, optional, any
  }

  let name: String
  let help: String
  var count = Count.one
  var values = ValueHint.text

  var usage: String {
    switch count {
    case .one: "<\(name)>"
    case .optional: "[<\(name)>]"
    case .any: "[<\(name)> ...]"
    }
  }
}
