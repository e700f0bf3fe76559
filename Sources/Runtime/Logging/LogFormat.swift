import Glibc

/// How a record becomes a line: readable text for people at a terminal, JSON for everything that collects logs.
public enum LogFormat: String, CaseIterable, Sendable {
  case text, json

  /// A longer line is cut, so that one record cannot fill the queue.
  public static let lineBytesMax = 16 * 1024

  /// Chooses text if the descriptor is a terminal and JSON lines otherwise.
  public static func automatic(descriptor: Int32) -> LogFormat {
    isatty(descriptor) == 1 ? .text : .json
  }

  /// Renders one record as exactly one line, newline included.
  ///
  /// Nothing in a message, label or metadata can start a new line or reach the terminal as a control sequence.
  public func line(for record: Logger.Record) -> [UInt8] {
    var line: [UInt8] = []
    line.reserveCapacity(160)
    switch self {
    case .text: writeText(record, to: &line)
    case .json: writeJSON(record, to: &line)
    }
    line.append(UInt8(ascii: "\n"))
    return line
  }

  private func writeText(_ record: Logger.Record, to line: inout [UInt8]) {
    record.time.write(to: &line)
    line.append(UInt8(ascii: " "))
    line.append(contentsOf: record.level.rawValue.utf8)
    line.append(contentsOf: " [".utf8)
    LogEscaping.appendText(record.label, to: &line, room: 256)
    line.append(contentsOf: "] ".utf8)
    LogEscaping.appendText(record.message, to: &line, room: Self.lineBytesMax / 2)
    for key in record.metadata.keys.sorted() where line.count < Self.lineBytesMax {
      guard let value = record.metadata[key] else { continue }
      line.append(UInt8(ascii: " "))
      LogEscaping.appendText(key, to: &line, room: 256)
      line.append(UInt8(ascii: "="))
      LogEscaping.appendTextValue(value, to: &line, room: Self.lineBytesMax - line.count)
    }
  }

  private func writeJSON(_ record: Logger.Record, to line: inout [UInt8]) {
    line.append(contentsOf: #"{"time":""#.utf8)
    record.time.write(to: &line)
    line.append(contentsOf: #"","level":""#.utf8)
    line.append(contentsOf: record.level.rawValue.utf8)
    line.append(contentsOf: #"","label":"#.utf8)
    LogEscaping.appendJSON(record.label, to: &line, room: 256)
    line.append(contentsOf: #","message":"#.utf8)
    LogEscaping.appendJSON(record.message, to: &line, room: Self.lineBytesMax / 2)
    if !record.metadata.isEmpty {
      line.append(contentsOf: #","metadata":"#.utf8)
      LogEscaping.appendJSONValue(.dictionary(record.metadata), to: &line, room: Self.lineBytesMax - line.count)
    }
    line.append(UInt8(ascii: "}"))
  }
}
