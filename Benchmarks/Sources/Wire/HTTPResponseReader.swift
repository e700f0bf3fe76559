import Glibc

/// Reads HTTP/1.1 responses from a stream, in whatever pieces they arrive (RFC 9112).
///
/// One response at a time: `consume` stops at its end, so that what follows, a pipelined response or WebSocket frames
/// after a 101, stays with the caller.
struct HTTPResponseReader {
  /// Limit for the status line and header fields together, in bytes.
  static let headBytesMax = 64 * 1024

  private enum State {
    case head
    case body(remaining: Int)
    case chunkSize
    case chunk(remaining: Int)
    case chunkEnd
    case trailer
    case complete
  }

  private var state = State.head
  private var line: [UInt8] = []
  private(set) var status = 0
  private(set) var bodyBytes = 0
  private(set) var closesConnection = false
  /// The body, when `keepsBody` is set.
  private(set) var body: [UInt8] = []
  var keepsBody: Bool

  init(keepsBody: Bool = false) {
    self.keepsBody = keepsBody
  }

  /// Whether the response has ended; call `startNext` before reading on.
  var isComplete: Bool {
    if case .complete = state { true } else { false }
  }

  mutating func startNext() {
    state = .head
    line.removeAll(keepingCapacity: true)
    body.removeAll(keepingCapacity: true)
    status = 0
    bodyBytes = 0
    closesConnection = false
  }

  /// Takes bytes up to the end of the response and answers how many were used.
  /// - Throws: `BenchmarkError` when this is not HTTP/1.1.
  mutating func consume(_ bytes: UnsafeBufferPointer<UInt8>) throws -> Int {
    var position = 0
    while position < bytes.count {
      switch state {
      case .complete:
        return position
      case .head:
        position += try readHead(UnsafeBufferPointer(rebasing: bytes[position...]))
      case .body(let remaining):
        let taken = take(remaining, from: bytes, at: position)
        position += taken
        state = taken == remaining ? .complete : .body(remaining: remaining - taken)
      case .chunkSize:
        guard try readLine(bytes, &position) else { continue }
        let digits = line.prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: " ") }
        guard let size = Int(String(decoding: digits, as: UTF8.self), radix: 16), size >= 0 else {
          throw BenchmarkError("the server sent a malformed chunk size")
        }
        line.removeAll(keepingCapacity: true)
        state = size == 0 ? .trailer : .chunk(remaining: size)
      case .chunk(let remaining):
        let taken = take(remaining, from: bytes, at: position)
        position += taken
        state = taken == remaining ? .chunkEnd : .chunk(remaining: remaining - taken)
      case .chunkEnd:
        guard try readLine(bytes, &position) else { continue }
        line.removeAll(keepingCapacity: true)
        state = .chunkSize
      case .trailer:
        guard try readLine(bytes, &position) else { continue }
        state = line.isEmpty ? .complete : .trailer
        line.removeAll(keepingCapacity: true)
      }
    }
    return position
  }

  private mutating func take(_ wanted: Int, from bytes: UnsafeBufferPointer<UInt8>, at position: Int) -> Int {
    let taken = min(wanted, bytes.count - position)
    bodyBytes += taken
    if keepsBody { body.append(contentsOf: bytes[position..<(position + taken)]) }
    return taken
  }

  /// Collects a line without its end; false while the end has not arrived.
  private mutating func readLine(_ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int) throws -> Bool {
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "\n") {
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        return true
      }
      line.append(byte)
      guard line.count <= Self.headBytesMax else { throw BenchmarkError("the server sent an endless line") }
    }
    return false
  }

  /// Reads the head in place when it is there as a whole, which is nearly always, and collects it otherwise.
  private mutating func readHead(_ bytes: UnsafeBufferPointer<UInt8>) throws -> Int {
    if line.isEmpty, let end = Self.headEnd(bytes) {
      try parseHead(UnsafeBufferPointer(rebasing: bytes[..<end]))
      return end
    }
    let collected = line.count
    line.append(contentsOf: bytes)
    let (head, end) = line.withUnsafeBufferPointer { all -> ([UInt8]?, Int) in
      guard let end = Self.headEnd(all) else { return (nil, 0) }
      return (Array(all[..<end]), end)
    }
    guard let head else {
      guard line.count <= Self.headBytesMax else { throw BenchmarkError("the server sent an endless response head") }
      return bytes.count
    }
    line.removeAll(keepingCapacity: true)
    try head.withUnsafeBufferPointer { try parseHead($0) }
    return end - collected
  }

  private static func headEnd(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    bytes.baseAddress.flatMap { ByteSearch.headEnd($0, count: bytes.count) }
  }

  private mutating func parseHead(_ head: UnsafeBufferPointer<UInt8>) throws {
    guard head.count >= 12, head.starts(with: "HTTP/1.".utf8),
      let code = Int(String(decoding: head[9..<12], as: UTF8.self))
    else {
      throw BenchmarkError("the server does not answer in HTTP/1.1")
    }
    status = code
    var length: Int?
    var chunked = false
    var start = 0
    for index in head.indices where head[index] == UInt8(ascii: "\n") {
      let field = UnsafeBufferPointer(rebasing: head[start..<index])
      start = index + 1
      if let value = Self.value(of: "content-length:", in: field) {
        length = Int(value)
      } else if let value = Self.value(of: "transfer-encoding:", in: field) {
        chunked = value.lowercased().hasSuffix("chunked")
      } else if let value = Self.value(of: "connection:", in: field) {
        closesConnection = value.lowercased() == "close"
      }
    }
    if status == 101 || status == 204 || status == 304 {
      state = .complete
    } else if chunked {
      state = .chunkSize
    } else {
      guard let length, length >= 0 else { throw BenchmarkError("the server sent a response without a length") }
      state = length == 0 ? .complete : .body(remaining: length)
    }
  }

  private static func value(of name: StaticString, in field: UnsafeBufferPointer<UInt8>) -> String? {
    let count = name.utf8CodeUnitCount
    guard field.count > count, let start = field.baseAddress, strncasecmp(start, name.utf8Start, count) == 0 else {
      return nil
    }
    var value = field[count...]
    while let last = value.last, last == UInt8(ascii: "\r") || last == UInt8(ascii: " ") { value.removeLast() }
    while value.first == UInt8(ascii: " ") { value.removeFirst() }
    return String(decoding: value, as: UTF8.self)
  }
}

extension HTTPResponseReader {
  /// Takes bytes from an array; for tests and set-up, where speed does not matter.
  mutating func consume(_ bytes: [UInt8]) throws -> Int {
    try bytes.withUnsafeBufferPointer { try consume($0) }
  }
}

private func strncasecmp(_ left: UnsafePointer<UInt8>, _ right: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  left.withMemoryRebound(to: CChar.self, capacity: count) { left in
    right.withMemoryRebound(to: CChar.self, capacity: count) { Glibc.strncasecmp(left, $0, count) }
  }
}
