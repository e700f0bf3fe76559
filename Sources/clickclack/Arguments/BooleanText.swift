/// The spellings of yes and no that flags and environment variables accept.
enum BooleanText {
  static func parse(_ text: String) -> Bool? {
    switch text.lowercased() {
    case "true", "1", "yes", "on": true
    case "false", "0", "no", "off": false
    default: nil
    }
  }
}
