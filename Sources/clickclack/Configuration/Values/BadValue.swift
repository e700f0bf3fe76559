/// Says what a setting's value must be; whoever knows the setting puts its name before.
struct BadValue: Error, Equatable, CustomStringConvertible {
  let message: String

  init(_ message: String) { self.message = message }

  var description: String { message }
}
