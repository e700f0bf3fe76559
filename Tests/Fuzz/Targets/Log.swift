@testable import HTTP
@testable import Runtime
@testable import Storage
@testable import clickclack

/// Log lines and terminals: one record is one line, whatever its texts hold, and the JSON format is JSON.
func fuzzLog(_ bytes: [UInt8]) {
  let text = String(decoding: bytes, as: UTF8.self)
  let record = Logger.Record(
    time: LogTimestamp(seconds: 0), level: .info, label: text, message: text,
    metadata: [text: .array([.string(text), .dictionary(["key": .string(text)])])])
  for format in LogFormat.allCases {
    let line = format.line(for: record)
    invariant(line.last == ASCII.lf && !line.dropLast().contains { $0 < 0x20 || $0 == 0x7f }, "not one line")
    invariant(UTF8Validator.isValid(line), "not UTF-8")
    invariant(line.count <= 2 * LogFormat.lineBytesMax, "the line is too long")
    if format == .json {
      let value = outcome { () throws(StoreError) in try JSONBody.decode(JSONValue.self, from: line) }
      guard case .object(let fields) = value else { return invariant(false, "a line that is no JSON object") }
      if text.utf8.count < 200 { invariant(fields["message"] == .string(text), "another message") }
    }
  }
  let shown = TerminalText.sanitised(text)
  invariant(TerminalText.sanitised(shown) == shown, "not a normal form")
  invariant(!shown.unicodeScalars.contains { $0.value == 0x1b || $0.value == 0x9b || $0.value == 0x0d }, "an escape")
}
