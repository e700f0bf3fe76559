import Foundation
import Runtime
import SeededRandom
import Synchronization
import Testing

@Suite struct LoggingTests {
  private func record(_ message: String, _ metadata: Logger.Metadata = [:]) -> Logger.Record {
    Logger.Record(
      time: LogTimestamp(seconds: 1_700_000_000, nanoseconds: 45_000_000), level: .info, label: "http",
      message: message, metadata: metadata)
  }

  private func line(_ format: LogFormat, _ record: Logger.Record) -> String {
    String(decoding: format.line(for: record), as: UTF8.self)
  }

  @Test func levelsAreOrderedFromTraceToCritical() {
    #expect(Logger.Level.allCases == Logger.Level.allCases.sorted())
    #expect(Logger.Level.allCases.map(\.rawValue).first == "trace")
    #expect(Logger.Level.critical > .error)
  }

  @Test func disabledLevelsEvaluateNothing() {
    let handler = RecordingLogHandler()
    let log = Logger(label: "t", level: .warning, handler: handler)
    var evaluations = 0
    func costly() -> String {
      evaluations += 1
      return "x"
    }
    log.info("\(costly())", metadata: ["k": "\(costly())"])
    #expect(evaluations == 0)
    log.warning("\(costly())", metadata: ["k": "\(costly())"])
    #expect(evaluations == 2)
    #expect(handler.records.withLock { $0.map(\.message) } == ["x"])
  }

  @Test func aRecordsMetadataWinsAndLoggersAreValues() {
    let handler = RecordingLogHandler()
    var log = Logger(label: "t", level: .trace, handler: handler)
    log[metadataKey: "peer"] = "one"
    let other = log
    log[metadataKey: "peer"] = "two"
    other.trace("a")
    log.debug("b", metadata: ["peer": "three", "n": "1"])
    log.critical("c")
    let metadata = handler.records.withLock { $0.map(\.metadata) }
    #expect(metadata == [["peer": "one"], ["peer": "three", "n": "1"], ["peer": "two"]])
  }

  @Test func textLinesReadWell() {
    let text = line(.text, record("served", ["status": "200", "path": "/a b", "empty": "", "list": ["x", "y z"]]))
    #expect(
      text == "2023-11-14T22:13:20.045Z info [http] served empty=\"\" list=[x, \"y z\"] path=\"/a b\" status=200\n")
  }

  @Test func jsonLinesAreJSON() throws {
    let text = line(.json, record("say \"hi\"\n", ["a": ["b": ["c", "d\u{1B}[0m"]]]))
    let parsed = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    #expect(parsed?["time"] as? String == "2023-11-14T22:13:20.045Z")
    #expect(parsed?["message"] as? String == "say \"hi\"\n")
    #expect((parsed?["metadata"] as? [String: [String: [String]]])?["a"]?["b"] == ["c", "d\u{1B}[0m"])
  }

  @Test(arguments: LogFormat.allCases)
  func nothingBreaksOutOfALine(format: LogFormat) {
    let seed = UInt64.random(in: .min ... .max)
    var random = SeededGenerator(seed: seed)
    let hostile: [Unicode.Scalar] = [
      "\n", "\r", "\u{0}", "\u{1B}", "\u{7F}", "\u{85}", "\u{9B}", "\u{2028}", "\u{2029}", "\u{202E}", "\u{2066}",
      "\"", "\\", "=", " ", "{", "é", "👍", "a",
    ]
    for _ in 0..<300 {
      func text() -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...40, using: &random) { text.append(hostile.randomElement(using: &random)!) }
        return String(text)
      }
      let value: Logger.MetadataValue = [.string(text()), .dictionary([text(): .string(text())])]
      var record = record(text(), [text(): value])
      record.metadata[text()] = .string(text())
      record.label = text()
      let rendered = line(format, record)
      #expect(rendered.utf8.last == UInt8(ascii: "\n"), "seed \(seed)")
      let body = rendered.unicodeScalars.dropLast()
      let escaped = body.allSatisfy { scalar in
        scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value) && !(0x2028...0x202E).contains(scalar.value)
          && !(0x2066...0x2069).contains(scalar.value)
      }
      #expect(escaped, "seed \(seed): \(rendered.debugDescription)")
      if format == .json {
        #expect(throws: Never.self, "seed \(seed)") {
          try JSONSerialization.jsonObject(with: Data(rendered.utf8))
        }
      }
    }
  }

  @Test(arguments: LogFormat.allCases)
  func longAndDeepRecordsAreCut(format: LogFormat) {
    var deep: Logger.MetadataValue = "bottom"
    for _ in 0..<10_000 { deep = .array([deep]) }
    let long = String(repeating: "x", count: 1_000_000)
    let rendered = format.line(for: record(long, ["deep": deep, "long": .string(long), "other": .string(long)]))
    #expect(rendered.count < LogFormat.lineBytesMax + 1024)
  }

  @Test func aFileOrPipeGetsJSON() {
    #expect(LogFormat.automatic(descriptor: LogPipe().writeEnd) == .json)
  }
}
