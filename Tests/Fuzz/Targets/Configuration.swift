@testable import HTTP
@testable import Storage
@testable import clickclack

/// Configuration files: errors name a line of the file, what is read survives writing it as TOML, and the strict JSON
/// reader accepts nothing that the decoder of request bodies refuses.
func fuzzConfiguration(_ bytes: [UInt8]) {
  let lines = 1 + bytes.count { $0 == UInt8(ascii: "\n") }
  for (syntax, path) in [(ConfigurationFile.Syntax.toml, "c.toml"), (.json, "c.json")] {
    do throws(ConfigurationSyntaxError) {
      _ = try ConfigurationFile.parse(bytes, syntax: syntax)
      invariant(bytes.count <= ConfigurationFileLimits.bytesMax, "a file that is too large")
    } catch {
      invariant((1...lines).contains(error.line) && !error.message.isEmpty, "an error outside of the file")
      continue
    }
    resolve(path, bytes)
  }
  if let table = outcome({ () throws(ConfigurationSyntaxError) in try TOMLParser.parse(bytes) }) {
    // A key of as many parts as there may be levels, in a table of as many.
    invariant(levels(of: .table(table)) <= 3 * ConfigurationFileLimits.depthMax, "nested too deeply")
    let text = TOMLText.write(table)
    let again = outcome { () throws(ConfigurationSyntaxError) in try TOMLParser.parse(Array(text.utf8)) }
    // Written as one key for each table, which a table within a table may be too deep for.
    let isTooDeep = again == nil && levels(of: .table(table)) > ConfigurationFileLimits.depthMax
    invariant(isTooDeep || again.map(stripped) == stripped(table), "a table does not survive: \(text)")
  }
  if let object = outcome({ () throws(ConfigurationSyntaxError) in try JSONReader.parse(bytes) }) {
    invariant(levels(of: .table(object)) <= ConfigurationFileLimits.depthMax, "nested too deeply")
    let value = outcome { () throws(StoreError) in try JSONBody.decode(JSONValue.self, from: bytes) }
    invariant(value != nil, "one JSON reader accepts what the other refuses")
    if let value { invariant(TOMLText.agrees(.table(object), value), "two JSON readers disagree") }
  }
}

private func levels(of value: ConfigurationValue) -> Int {
  var inner: [ConfigurationNode] = []
  switch value {
  case .array(let items): inner = items
  case .table(let table): inner = Array(table.values)
  case .string, .integer, .float, .boolean: return 0
  }
  return 1 + (inner.map { levels(of: $0.value) }.max() ?? 0)
}

private func resolve(_ path: String, _ bytes: [UInt8]) {
  do throws(ConfigurationError) {
    let resolved = try ConfigurationResolver.resolve(
      flags: [], arguments: ParsedArguments(path: ["clickclack"]), environment: [:],
      file: ConfigurationResolver.File(path: path, bytes: bytes))
    for value in resolved.values where value.text != "********" {
      guard let setting = Setting.named(value.key) else { return invariant(false, "an unknown setting") }
      var copy = resolved.configuration
      invariant(
        outcome({ () throws(BadValue) in try setting.apply(value.text, &copy) }) != nil, "\(value.key) is refused")
      invariant(setting.text(copy) == value.text, "\(value.key) changes: \(value.text)")
    }
  } catch {
    invariant(!error.problems.isEmpty && error.problems.allSatisfy { !$0.isEmpty }, "an error without words")
  }
}

private func stripped(_ table: [String: ConfigurationNode]) -> String { TOMLText.write(table) }
