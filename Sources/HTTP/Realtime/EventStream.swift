import Runtime
import Storage

/// The bytes of an event stream (HTML standard, section 9.2), each event in a chunk of its own (RFC 9112 section 7.1).
enum EventStream {
  /// Ends the chunked body.
  static let end = Frame(Array("0\r\n\r\n".utf8))
  /// A comment that keeps proxies from closing an idle stream.
  static let heartbeat = chunk(Array(": \n\n".utf8))
  /// Tells the client how long to wait before it reconnects, in milliseconds.
  static let greeting = chunk(Array("retry: 2000\n\n".utf8))

  /// One event. Cursors and types are made by the server and JSON has no line ends, so nothing needs splitting.
  /// - Parameter forgetsPosition: Whether a client shall no longer send the last id when it reconnects.
  static func frame(id: Cursor, type: String, data: [UInt8], forgetsPosition: Bool = false) -> Frame {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(data.count + 96)
    // Without an id the client keeps the last one: an ephemeral event is no place to resume from.
    if !id.isEmpty || forgetsPosition {
      bytes.append(contentsOf: "id: ".utf8)
      bytes.append(contentsOf: id.utf8)
      bytes.append(UInt8(ascii: "\n"))
    }
    bytes.append(contentsOf: "event: ".utf8)
    bytes.append(contentsOf: type.utf8)
    bytes.append(contentsOf: "\ndata: ".utf8)
    bytes.append(contentsOf: data)
    bytes.append(contentsOf: "\n\n".utf8)
    return chunk(bytes)
  }

  private static func chunk(_ bytes: [UInt8]) -> Frame {
    var output = Array(String(bytes.count, radix: 16).utf8)
    output.append(contentsOf: "\r\n".utf8)
    output.append(contentsOf: bytes)
    output.append(contentsOf: "\r\n".utf8)
    return Frame(output)
  }
}
