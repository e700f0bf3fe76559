@testable import HTTP

/// Event streams: no text leaves its field, and a client reads what was written.
func fuzzEventStream(_ bytes: [UInt8]) {
  let text = String(decoding: bytes, as: UTF8.self)
  if let id = ServerSentEvent.lastEventID(["Last-Event-ID": text]) {
    invariant(!id.isEmpty && !id.utf8.contains(0), "an id that can't be one")
  }
  var comment: [UInt8] = []
  ServerSentEvent.append(comment: text, to: &comment)
  invariant(lines(comment).allSatisfy { $0.isEmpty || $0.starts(with: ": ".utf8) }, "a comment says something")

  var stream: [UInt8] = []
  let half = bytes.count / 2
  let id = String(decoding: bytes.prefix(half), as: UTF8.self)
  let event = ServerSentEvent(id: id, event: id, data: Array(bytes.dropFirst(half)))
  guard outcome({ () throws(HTTPFieldError) in try event.append(to: &stream) }) != nil else {
    return invariant(stream.isEmpty, "something was written of a refused event")
  }
  invariant(!stream.contains(ASCII.cr) && stream.suffix(2) == [ASCII.lf, ASCII.lf], "a broken event")
  var data: [ArraySlice<UInt8>] = []
  for (index, line) in lines(stream.dropLast(2)).enumerated() {
    switch index {
    case 0: invariant(line.elementsEqual(Array("id: ".utf8) + Array(id.utf8)), "another id")
    case 1: invariant(line.elementsEqual(Array("event: ".utf8) + Array(id.utf8)), "another type")
    default:
      invariant(line.starts(with: "data: ".utf8), "data leave their field")
      data.append(line.dropFirst(6))
    }
  }
  // CR, LF and CR LF are one line end each.
  var expected: [UInt8] = []
  var previous: UInt8 = 0
  for byte in event.data {
    if byte == ASCII.lf && previous == ASCII.cr { previous = 0; continue }
    expected.append(byte == ASCII.cr ? ASCII.lf : byte)
    previous = byte
  }
  invariant(Array(data.joined(separator: [ASCII.lf])) == expected, "the data change")
}

private func lines(_ bytes: some Collection<UInt8>) -> [ArraySlice<UInt8>] {
  Array(bytes).split(separator: ASCII.lf, omittingEmptySubsequences: false)
}
