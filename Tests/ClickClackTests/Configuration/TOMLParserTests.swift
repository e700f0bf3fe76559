import SeededRandom
import Testing

@testable import clickclack

@Suite struct TOMLParserTests {
  private func parse(_ text: String) throws -> [String: ConfigurationValue] {
    try TOMLParser.parse(Array(text.utf8)).mapValues { strip($0).value }
  }

  /// Lines are tested on their own.
  private func strip(_ node: ConfigurationNode) -> ConfigurationNode {
    switch node.value {
    case .array(let items): ConfigurationNode(value: .array(items.map(strip)), line: 0)
    case .table(let table): ConfigurationNode(value: .table(table.mapValues(strip)), line: 0)
    default: ConfigurationNode(value: node.value, line: 0)
    }
  }

  private func node(_ value: ConfigurationValue) -> ConfigurationNode { ConfigurationNode(value: value, line: 0) }

  private func failure(_ text: String) -> String {
    do {
      return "parsed: \(try TOMLParser.parse(Array(text.utf8)))"
    } catch {
      return "\(error)"
    }
  }

  @Test func scalars() throws {
    let values = try parse(
      "# a comment\na = 1_000 # another\nb = 0xDEAD_beef\nc = 0o17\nd = 0b101\ne = +7\nf = -0")
    #expect(values["a"] == .integer(1000))
    #expect(values["b"] == .integer(0xDEAD_BEEF))
    #expect(values["c"] == .integer(15))
    #expect(values["d"] == .integer(5))
    #expect(values["e"] == .integer(7))
    #expect(values["f"] == .integer(0))
    #expect(try parse("x = true\ny=false") == ["x": .boolean(true), "y": .boolean(false)])
    #expect(try parse("x = -1.5e-3")["x"] == .float(-0.0015))
    #expect(try parse("x = 1e6")["x"] == .float(1_000_000))
    #expect(try parse("x = 9_224.5_1")["x"] == .float(9224.51))
    #expect(try parse("x = -inf")["x"] == .float(-.infinity))
    #expect(try parse("x = 9223372036854775807")["x"] == .integer(.max))
  }

  @Test func strings() throws {
    #expect(try parse(#"x = "a\tb\n\"\\\u00e9\U0001F44D""#)["x"] == .string("a\tb\n\"\\é👍"))
    #expect(try parse(#"x = 'C:\no\escape "here"'"#)["x"] == .string(#"C:\no\escape "here""#))
    #expect(
      try parse("x = \"\"\"\nfirst\nsecond \"\" \\\n   joined\"\"\"\"\"")["x"]
        == .string("first\nsecond \"\" joined\"\""))
    #expect(try parse("x = '''\r\na\\b\r\nc'''")["x"] == .string("a\\b\nc"))
    #expect(try parse("x = \"\"\ny = ''\nz = \"\"\"\"\"\"") == ["x": .string(""), "y": .string(""), "z": .string("")])
  }

  @Test func arrays() throws {
    #expect(try parse("x = []")["x"] == .array([]))
    let values = try parse("x = [ # why\n 'a', # one\n [1,2],\n]\ny = 1")
    #expect(values["x"] == .array([node(.string("a")), node(.array([node(.integer(1)), node(.integer(2))]))]))
    #expect(values["y"] == .integer(1))
  }

  @Test func tablesAndDottedKeys() throws {
    let values = try parse("a.b.c = 1\na.\"d e\" = 2\n[t]\nx = 3\n[t.u]\ny = 4\n[v.w]\n[v]\nz=5\n1234 = 6\n\r\n")
    #expect(values["a"] == .table(["b": node(.table(["c": node(.integer(1))])), "d e": node(.integer(2))]))
    #expect(values["t"] == .table(["x": node(.integer(3)), "u": node(.table(["y": node(.integer(4))]))]))
    #expect(
      values["v"] == .table(["w": node(.table([:])), "z": node(.integer(5)), "1234": node(.integer(6))]))
  }

  @Test func linesAreRemembered() throws {
    let values = try TOMLParser.parse(Array("\n\na = 1\r\nb = [\n1,\n2]\nc = '''\n\n'''\n[t]\nd = 1".utf8))
    #expect(values.mapValues(\.line) == ["a": 3, "b": 4, "c": 7, "t": 10])
  }

  @Test(arguments: [
    ("a = 1\na = 2", "line 2: key 'a' is defined twice"),
    ("[t]\n[t]", "line 2: table [t] is defined twice"),
    ("a.b = 1\n[a]", "line 2: table [a] is defined twice"),
    ("[a.b]\n[a]\nb.c = 1", "line 3: table 'b' is defined elsewhere"),
    ("a = 1\n[a.b]", "line 2: 'a' is a value already, not a table"),
    ("a = 1\na.b = 2", "line 2: 'a' is a value already, not a table"),
    ("a = {b = 1}", "line 1: inline tables are not supported"),
    ("[[a]]", "line 1: arrays of tables are not supported"),
    ("a = 1979-05-27", "line 1: dates and times are not supported: 1979-05-27"),
    ("a = 07:32:00", "line 1: dates and times are not supported: 07:32:00"),
    ("a = 01", "line 1: not a value: 01"), ("a = 1__0", "line 1: not a value: 1__0"),
    ("a = .5", "line 1: not a value: .5"), ("a = 5.", "line 1: not a value: 5."),
    ("a = +0x1", "line 1: not a value: +0x1"), ("a = 9223372036854775808", "line 1: not a value: 9223372036854775808"),
    ("a = True", "line 1: not a value: True"),
    ("a = 1 2", "line 1: expected the end of the line, found '2'"),
    ("a", "line 1: expected '=' after the key, found the end of the file"),
    ("a =", "line 1: expected a value, found the end of the file"),
    ("= 1", "line 1: expected a key, found '='"), ("a. = 1", "line 1: expected a key, found '='"),
    ("[a", "line 1: expected ']' after the key, found the end of the file"),
    ("x\n= 1", "line 1: expected '=' after the key, found the end of the line"),
    ("a = \"x\ny\"", "line 1: the string does not end on its line"),
    ("\na = \"\"\"x", "line 2: the multi-line string never ends"),
    ("a = \"\\q\"", "line 1: unknown escape: a backslash before 'q'"),
    ("a = \"\\ud800\"", "line 1: not a Unicode character: 55296"),
    ("a = \"\\u12\"", "line 1: a Unicode escape needs 4 hexadecimal digits"),
    ("a = \"\u{1}\"", "line 1: a string may not hold character 0x1"),
    ("# \u{7F}", "line 1: a comment may not hold character 0x7f"),
    ("a = [1 2]", "line 1: expected ',' or ']' in the list, found '2'"),
    ("a = [,]", "line 1: expected a value, found ','"),
    ("a = 1\rb = 2", "line 1: expected the end of the line, found the end of the line"),
    ("a = \"\"\"x\"\"\"\"\"\"", "line 1: too many quotation marks"),
  ])
  func malformedDocumentsAreRefused(text: String, message: String) {
    #expect(failure(text) == message)
  }

  @Test func depthSizeAndEncodingAreBounded() {
    let deep = String(repeating: "[", count: 100_000)
    #expect(failure("a = \(deep)") == "line 1: lists are nested too deeply")
    let path = Array(repeating: "a", count: 100_000).joined(separator: ".")
    #expect(failure("\(path) = 1") == "line 1: the key has too many parts")
    #expect(failure("[\(path)]") == "line 1: the key has too many parts")
    let large = String(repeating: "#", count: ConfigurationFileLimits.bytesMax + 1)
    #expect(failure(large) == "line 1: the file is larger than 1048576 bytes")
    #expect(throws: ConfigurationSyntaxError(line: 2, message: "not valid UTF-8")) {
      try TOMLParser.parse([0x23, 0x0A, 0x23, 0xFF])
    }
  }

  @Test func whatIsWrittenIsReadBack() throws {
    let seed = UInt64.random(in: .min ... .max)
    var generator = TOMLGenerator(seed: seed)
    for _ in 0..<200 {
      let (text, table) = generator.document()
      let parsed = try TOMLParser.parse(Array(text.utf8))
      #expect(parsed.mapValues(strip) == table.mapValues(strip), "seed \(seed): \(text)")
    }
  }

  @Test func noInputCrashesTheParsers() throws {
    let seed = UInt64.random(in: .min ... .max)
    var random = SeededGenerator(seed: seed)
    var generator = TOMLGenerator(seed: seed)
    let pieces = [
      "[", "]", "=", ".", "\"", "'", "\"\"\"", "'''", "\\", "\n", "\r", "\r\n", "#", "a", "1", "-", "_", "e", "0x", "{",
      "}", ",", " ", "\t", "\\u", "true", "inf", "\u{0}", "é", "👍", "\u{7F}", ":", "null",
    ].map { Array($0.utf8) }
    for round in 0..<3000 {
      var bytes: [UInt8] = []
      if round.isMultiple(of: 2) {
        for _ in 0..<Int.random(in: 0...30, using: &random) { bytes += pieces.randomElement(using: &random)! }
      } else {
        bytes = Array(generator.document().text.utf8)
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
          bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
      }
      _ = Result { () throws(ConfigurationSyntaxError) in try JSONReader.parse(bytes) }
      do {
        _ = try TOMLParser.parse(bytes)
      } catch {
        let lines = 1 + bytes.count { $0 == 0x0A }
        #expect((1...lines).contains(error.line), "seed \(seed), round \(round)")
      }
    }
  }
}
