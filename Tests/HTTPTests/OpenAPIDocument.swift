/// The operations that an OpenAPI document in our own layout declares: paths at two spaces, methods at four, the
/// operation's name at six. Enough to compare it with the server; not a YAML parser.
struct OpenAPIDocument {
  struct Operation: Hashable, CustomStringConvertible {
    let method: String
    let path: String
    let name: String

    var description: String { "\(method) \(path) (\(name))" }
  }

  let operations: [Operation]
  /// Operations that a caller needs no credentials for.
  let open: Set<String>
  let references: Set<String>
  let components: Set<String>

  init(_ text: String) {
    var operations: [Operation] = []
    var open: Set<String> = []
    var references: Set<String> = []
    var components: Set<String> = []
    var section = ""
    var path = ""
    var method = ""
    var kind = ""
    for line in text.split(separator: "\n", omittingEmptySubsequences: true) {
      let indent = line.prefix { $0 == " " }.count
      let content = line.dropFirst(indent)
      if let start = content.range(ofText: "$ref: '#/components/") {
        references.insert(String(content[start...].dropLast()))
      }
      switch indent {
      case 0: section = String(content.prefix { $0 != ":" })
      case 2 where section == "paths": path = String(content.dropLast())
      case 2 where section == "components": kind = String(content.dropLast())
      case 4 where section == "paths": method = content.dropLast().uppercased()
      case 4 where section == "components": components.insert("\(kind)/\(content.prefix { $0 != ":" })")
      case 6 where section == "paths":
        if content.hasPrefix("operationId: ") {
          operations.append(Operation(method: method, path: path, name: String(content.dropFirst(13))))
        } else if content == "security: []", let last = operations.last {
          open.insert(last.name)
        }
      default: break
      }
    }
    self.operations = operations
    self.open = open
    self.references = references
    self.components = components
  }
}

extension Substring {
  /// Where the text after a part begins, or nil when the part is not there.
  fileprivate func range(ofText part: String) -> Index? {
    var rest = self
    while !rest.isEmpty {
      if rest.hasPrefix(part) { return index(rest.startIndex, offsetBy: part.count) }
      rest = rest.dropFirst()
    }
    return nil
  }
}
