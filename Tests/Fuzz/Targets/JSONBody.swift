import FoundationEssentials

@testable import HTTP
@testable import Storage

/// JSON bodies: what is read survives writing and reading again, and errors are plain words.
func fuzzJSONBody(_ bytes: [UInt8]) {
  guard let value = decoded(JSONValue.self, bytes) else { return }
  invariant(depth(of: value) <= 512, "a value that is nested too deeply")
  // Where only the nesting of both is bounded, another reader finds the same.
  if depth(of: value) < 20, bytes.count < 2_000 {
    let other = outcome { try JSONDecoder().decode(JSONValue.self, from: Data(bytes + [UInt8(ascii: "\n")])) }
    invariant(other.map { agree($0, value) } ?? true, "two readers disagree")
  }
  let written = encoded(value)
  invariant(UTF8Validator.isValid(written), "not UTF-8")
  guard let again = decoded(JSONValue.self, written) else {
    return invariant(false, "our own JSON is refused: \(String(decoding: written, as: UTF8.self))")
  }
  invariant(encoded(again) == written, "a value does not survive: \(String(decoding: written, as: UTF8.self))")
  // Some of the objects that requests hold; each is within the value.
  if let changes = decoded(ProfileChanges.self, bytes) {
    invariant(isObject(value), "an object of something else")
    if let settings = changes.notificationSettings.flatMap({ settings in
      outcome { () throws(StoreError) in try settings.validated() }
    }) {
      invariant([0, 30].contains(settings.pushoverUserKey.utf8.count), "another length")
    }
    if let patch = changes.appearancePreferences,
      let applied = outcome({ () throws(StoreError) in try AppearancePreferences().applying(patch) })
    {
      let stored = String(decoding: encoded(applied), as: UTF8.self)
      invariant(outcome { try AppearancePreferences(stored: stored) } == applied, "preferences do not survive")
    }
  }
  if let defaults = decoded(SetupDefaults.self, bytes),
    let valid = outcome({ () throws(StoreError) in try defaults.validated(scopes: ["agent_activity:write"]) })
  {
    let again = decoded(SetupDefaults.self, encoded(valid))
    let twice = again.flatMap { again in
      outcome { () throws(StoreError) in try again.validated(scopes: ["agent_activity:write"]) }
    }
    invariant(twice.map(encoded) == encoded(valid), "setup defaults are no normal form")
  }
  if let answer = SlashAnswer(bytes) {
    invariant(PlainText.trimmed(answer.text) == answer.text, "an answer that is not trimmed")
    invariant([SlashAnswer.inChannel, SlashAnswer.ephemeral].contains(answer.type), "an unknown type")
  }
}

/// Whether two values are the same but for digits that no double has: readers round them at different times, maybe twice.
private func agree(_ one: JSONValue, _ other: JSONValue) -> Bool {
  switch (one, other) {
  case (.array(let one), .array(let other)):
    one.count == other.count && zip(one, other).allSatisfy(agree)
  case (.object(let one), .object(let other)):
    one.count == other.count && one.allSatisfy { name, value in other[name].map { agree(value, $0) } ?? false }
  default:
    if let one = number(one), let other = number(other) {
      one == other || abs(one - other) <= one.ulp
    } else {
      one == other
    }
  }
}

private func number(_ value: JSONValue) -> Double? {
  switch value {
  case .integer(let value): Double(value)
  case .number(let value): value
  default: nil
  }
}

private func decoded<T: Decodable>(_ type: T.Type, _ bytes: [UInt8]) -> T? {
  do throws(StoreError) {
    return try JSONBody.decode(type, from: bytes)
  } catch {
    invariant(error.kind == .invalid && !error.message.isEmpty, "no plain words")
    return nil
  }
}

private func encoded(_ value: some JSONWritable) -> [UInt8] {
  var json = JSONWriter()
  value.write(to: &json)
  return json.bytes
}

/// Containers within containers, level by level: a value that is too deep must not break the check.
private func depth(of value: JSONValue) -> Int {
  var level = [value]
  var depth = 0
  while true {
    var next: [JSONValue] = []
    var isContainer = false
    for value in level {
      switch value {
      case .object(let fields): next += fields.values
      case .array(let items): next += items
      default: continue
      }
      isContainer = true
    }
    guard isContainer else { return depth }
    depth += 1
    level = next
  }
}

private func isObject(_ value: JSONValue) -> Bool {
  if case .object = value { true } else { false }
}
