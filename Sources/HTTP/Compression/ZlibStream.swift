import CZlib

/// Compression failed inside zlib: out of memory, or corrupt input.
public struct CompressionError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What failed.
  public enum Reason: Sendable, Hashable {
    /// zlib could not be initialised, usually for lack of memory.
    case initialization
    /// The compressed data are corrupt.
    case corruptData
    /// The output would be larger than allowed.
    case outputTooLarge
  }

  /// What failed.
  public let reason: Reason

  /// The reason in plain words.
  public var description: String {
    switch reason {
    case .initialization: "the compressor could not be started"
    case .corruptData: "the compressed data are corrupt"
    case .outputTooLarge: "the decompressed data are too large"
    }
  }
}

/// The file format around deflated data.
enum ZlibFormat {
  case raw(windowBits: Int)
  case gzip

  /// zlib's encoding of format and window in one number.
  var windowBits: Int32 {
    switch self {
    case .raw(let bits): -Int32(bits)
    case .gzip: 15 + 16
    }
  }
}

/// A zlib deflate stream. Not Sendable: it belongs to one thread, which reuses it for one output after the other.
final class DeflateStream {
  /// zlib keeps a pointer back to this struct, so it lives at a fixed address.
  private let stream: UnsafeMutablePointer<z_stream>

  init(format: ZlibFormat, level: Int, memoryLevel: Int = 8) throws(CompressionError) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    guard clickclack_deflate_init(stream, Int32(level), format.windowBits, Int32(memoryLevel)) == Z_OK else {
      stream.deallocate()
      throw CompressionError(reason: .initialization)
    }
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
  }

  /// Forgets everything compressed so far.
  func reset() {
    deflateReset(stream)
  }

  /// Compresses a piece and appends what comes out. `flush` is one of zlib's constants.
  func append(_ input: UnsafeRawBufferPointer, flush: Int32, to output: inout [UInt8]) {
    // zlib counts in 32 bits; a piece above 4 GiB goes in parts.
    var rest = input
    repeat {
      let part = rest.part(0..<min(rest.count, 1 << 30))
      rest = rest.dropping(part.count)
      appendPart(part, flush: rest.isEmpty ? flush : Z_NO_FLUSH, to: &output)
    } while !rest.isEmpty
  }

  private func appendPart(_ input: UnsafeRawBufferPointer, flush: Int32, to output: inout [UInt8]) {
    // zlib only reads through next_in; its type is mutable for historical reasons.
    stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
    stream.pointee.avail_in = UInt32(input.count)
    var room = Int(deflateBound(stream, UInt(input.count))) + 16
    var isDone = false
    while !isDone {
      let filled = output.count
      output.append(addingCapacity: room) { buffer in
        stream.pointee.next_out = buffer.baseAddress
        stream.pointee.avail_out = UInt32(buffer.count)
        let status = deflate(stream, flush)
        isDone = stream.pointee.avail_out > 0 || status == Z_STREAM_END
        return buffer.count - Int(stream.pointee.avail_out)
      }
      room = max(room, output.count - filled)
    }
    stream.pointee.next_in = nil
  }
}

/// A zlib inflate stream. Not Sendable: it belongs to one thread. Inputs must be below 4 GiB.
final class InflateStream {
  private let stream: UnsafeMutablePointer<z_stream>

  init(format: ZlibFormat) throws(CompressionError) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    guard clickclack_inflate_init(stream, format.windowBits) == Z_OK else {
      stream.deallocate()
      throw CompressionError(reason: .initialization)
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// How far one call came.
  struct Progress {
    var consumed: Int
    var hasEnded: Bool
    /// Whether the next input would begin a new deflate block: nothing is cut off here.
    var isAtBlockBoundary: Bool
  }

  /// Forgets everything decompressed so far.
  func reset() {
    inflateReset(stream)
  }

  /// Decompresses a piece and appends what comes out, as long as `output` stays within `outputBytesMax`.
  /// Returns how much of the input was read, all of it unless the stream has ended.
  func append(
    _ input: UnsafeRawBufferPointer, to output: inout [UInt8], outputBytesMax: Int
  ) throws(CompressionError) -> Progress {
    stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
    stream.pointee.avail_in = UInt32(clamping: input.count)
    defer { stream.pointee.next_in = nil }
    var room = max(256, min(input.count * 4, 64 * 1024))
    var isAtBlockBoundary = false
    while true {
      // One byte past the bound tells "exactly full" from "more to come" without producing more than that.
      let allowed = outputBytesMax - output.count + 1
      guard allowed > 0 else { throw CompressionError(reason: .outputTooLarge) }
      var status = Z_OK
      var isFull = false
      output.append(addingCapacity: min(room, allowed)) { buffer in
        stream.pointee.next_out = buffer.baseAddress
        stream.pointee.avail_out = UInt32(buffer.count)
        status = inflate(stream, Z_NO_FLUSH)
        isFull = stream.pointee.avail_out == 0
        return buffer.count - Int(stream.pointee.avail_out)
      }
      guard output.count <= outputBytesMax else { throw CompressionError(reason: .outputTooLarge) }
      switch status {
      case Z_STREAM_END: return Progress(consumed: consumed(of: input), hasEnded: true, isAtBlockBoundary: true)
      // zlib's manual, inflate(): bit 7 of data_type is set where decoding stopped behind the end of a block.
      case Z_OK: isAtBlockBoundary = stream.pointee.data_type & 128 != 0
      // A call that could do nothing, because the one before had just filled its room, clears the bit.
      case Z_BUF_ERROR: break
      default: throw CompressionError(reason: .corruptData)
      }
      if !isFull {
        return Progress(consumed: consumed(of: input), hasEnded: false, isAtBlockBoundary: isAtBlockBoundary)
      }
      room = min(room * 2, 1 << 20)
    }
  }

  private func consumed(of input: UnsafeRawBufferPointer) -> Int {
    input.count - Int(stream.pointee.avail_in)
  }
}

extension [UInt8] {
  /// Appends at most `room` bytes that a closure writes; it returns how many it wrote.
  fileprivate mutating func append(
    addingCapacity room: Int, _ write: (UnsafeMutableBufferPointer<UInt8>) -> Int
  ) {
    let chunk = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
      count = write(UnsafeMutableBufferPointer(rebasing: buffer[0..<room]))
    }
    if isEmpty { self = chunk } else { append(contentsOf: chunk) }
  }
}
