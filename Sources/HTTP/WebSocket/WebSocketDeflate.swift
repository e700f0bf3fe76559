import CZlib

/// Compresses and decompresses messages for permessage-deflate without context takeover (RFC 7692 section 7.2).
///
/// Every message stands alone, so one compressed event serves all subscribers and one instance serves all connections
/// of an event loop. Not Sendable: it belongs to that loop's thread. The streams are made when first needed and take
/// about 300 KiB together.
public final class WebSocketDeflate {
  /// The end of a Z_SYNC_FLUSH, which is left out on the wire (RFC 7692 section 7.2.1).
  private static let tail: [UInt8] = [0x00, 0x00, 0xFF, 0xFF]

  private let level: Int
  private let windowBits: Int
  private var deflater: DeflateStream?
  private var inflater: InflateStream?

  /// Makes a compressor. `windowBits`, 9 to 15, must not be above what the server agreed to with any client.
  public init(level: Int = 3, windowBits: Int = WebSocketDeflateParameters.windowBitsMax) {
    self.level = level
    self.windowBits = min(max(windowBits, 9), 15)
  }

  /// Compresses one message. Throws 1011 when zlib cannot start.
  public func compress(_ payload: [UInt8]) throws(WebSocketError) -> [UInt8] {
    let stream = try makeDeflater()
    stream.reset()
    var output: [UInt8] = []
    payload.withBytes { stream.append($0, flush: Z_SYNC_FLUSH, to: &output) }
    output.removeLast(min(Self.tail.count, output.count))
    // RFC 7692 section 7.2.3.6: an empty message is one byte, the header of an empty stored block.
    return output.isEmpty ? [0x00] : output
  }

  /// Decompresses one message. Throws 1007 for corrupt data, 1009 when the output would pass `outputBytesMax`, however
  /// much it would be, and 1011 when zlib cannot start.
  public func decompress(_ payload: [UInt8], outputBytesMax: Int) throws(WebSocketError) -> [UInt8] {
    let stream = try makeInflater()
    stream.reset()
    var output: [UInt8] = []
    var input = payload
    input.append(contentsOf: Self.tail)
    do throws(CompressionError) {
      var start = 0
      var isComplete = false
      // RFC 7692 section 7.2.3.4: a final block may end the deflate stream early; what follows begins a new one.
      while start < input.count {
        let progress = try input.withBytes { (bytes) throws(CompressionError) in
          try stream.append(bytes.dropping(start), to: &output, outputBytesMax: outputBytesMax)
        }
        guard progress.consumed > 0 else { break }
        start += progress.consumed
        isComplete = progress.isAtBlockBoundary
        if progress.hasEnded { stream.reset() }
      }
      guard isComplete, start == input.count else { throw CompressionError(reason: .corruptData) }
    } catch {
      switch error.reason {
      case .outputTooLarge: throw WebSocketError(.messageTooBig, "message larger than \(outputBytesMax) bytes")
      case .corruptData: throw WebSocketError(.invalidPayload, "corrupt compressed data")
      case .initialization: throw WebSocketError(.internalError, "decompression is not available")
      }
    }
    return output
  }

  private func makeDeflater() throws(WebSocketError) -> DeflateStream {
    if let deflater { return deflater }
    do throws(CompressionError) {
      let stream = try DeflateStream(format: .raw(windowBits: windowBits), level: level)
      deflater = stream
      return stream
    } catch {
      throw WebSocketError(.internalError, "compression is not available")
    }
  }

  private func makeInflater() throws(WebSocketError) -> InflateStream {
    if let inflater { return inflater }
    do throws(CompressionError) {
      let stream = try InflateStream(format: .raw(windowBits: 15))
      inflater = stream
      return stream
    } catch {
      throw WebSocketError(.internalError, "decompression is not available")
    }
  }
}
