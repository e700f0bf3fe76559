import Foundation
import Testing

@testable import HTTP

/// docs/api.md is written for people, but its table of operations must be the registered one, and whatever the table
/// names must exist.
@Suite struct DocumentationTests {
  /// One row of the table: its cells as they are written.
  struct Row {
    let operation: String
    let source: String
    let scenarios: [String]
    let tests: [String]
  }

  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  let rows: [Row]

  init() throws {
    let text = try String(contentsOf: Self.root.appending(path: "docs/api.md"), encoding: .utf8)
    let parts = text.components(separatedBy: "\n## Operations\n")
    try #require(parts.count == 2, "docs/api.md needs one section 'Operations'")
    let lines = parts[1].components(separatedBy: "\n## ")[0].split(separator: "\n").filter { $0.hasPrefix("| `") }
    rows = try lines.map { line in
      let cells = line.dropFirst(2).dropLast(2).components(separatedBy: " | ")
      try #require(cells.count == 7, "a row has seven cells: \(line)")
      return Row(
        operation: cells[0...3].joined(separator: " | "), source: Self.names(cells[4]).joined(),
        scenarios: Self.names(cells[5]), tests: Self.names(cells[6]))
    }
  }

  /// What stands between backquotes.
  static func names(_ cell: String) -> [String] {
    cell.components(separatedBy: "`").enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
  }

  static func row(_ endpoint: Endpoint) -> String {
    let access =
      switch endpoint.access {
      case .anyone: "anyone"
      case .anyCaller: "signed in"
      case .people: "people"
      case .caller(let scope): "`\(scope)`"
      }
    return "`\(endpoint.method.rawValue)` | `\(endpoint.pattern)` | `\(endpoint.operation)` | \(access)"
  }

  @Test func theTableListsTheRegisteredOperations() {
    let registered = API.endpoints.map(Self.row)
    for row in registered { #expect(rows.contains { $0.operation == row }, "docs/api.md lacks: | \(row) |") }
    for row in rows { #expect(registered.contains(row.operation), "docs/api.md has too much: | \(row.operation) |") }
    #expect(rows.count == registered.count)
  }

  @Test func theNamedSourcesDeclareTheOperations() throws {
    for row in rows {
      let name = try #require(Self.names(row.operation).dropFirst(2).first)
      let file = Self.root.appending(path: "Sources/HTTP/API/\(row.source)")
      let source = try String(contentsOf: file, encoding: .utf8)
      #expect(source.contains("\"\(name)\""), "\(row.source) does not declare \(name)")
    }
  }

  @Test func theNamedTestsExist() throws {
    let text = try String(contentsOf: Self.root.appending(path: ".ci/scenarios"), encoding: .utf8)
    let passing = Set(text.components(separatedBy: "\n"))
    for row in rows {
      for name in row.scenarios { #expect(passing.contains(name), "\(name) is not in .ci/scenarios") }
      for name in row.tests {
        let path = Self.root.appending(path: "Tests/\(name).swift").path
        #expect(FileManager.default.fileExists(atPath: path), "Tests/\(name).swift does not exist")
      }
      #expect(!row.scenarios.isEmpty || !row.tests.isEmpty, "nothing tests | \(row.operation) |")
    }
  }

  /// A mechanism in docs/security.md is only as good as the test that it names.
  @Test func theTestsThatTheThreatModelNamesExist() throws {
    let text = try String(contentsOf: Self.root.appending(path: "docs/security.md"), encoding: .utf8)
    let names = Set(Self.names(text).filter { $0.hasSuffix("Tests") })
    #expect(names.count > 20)
    let directory = Self.root.appending(path: "Tests")
    let paths = try #require(FileManager.default.enumerator(atPath: directory.path)).compactMap { $0 as? String }
    let files = Set(paths.map { URL(filePath: $0).deletingPathExtension().lastPathComponent })
    #expect(names.subtracting(files).sorted() == [])
  }
}
