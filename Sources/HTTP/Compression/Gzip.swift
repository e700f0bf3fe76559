import CZlib

/// gzip for response bodies (RFC 1952, RFC 9110 section 8.4.1.3).
public enum Gzip {
  /// Bodies below this size are not worth compressing: they fit in one packet anyway.
  public static let thresholdBytesDefault = 1024

  /// Whether a response body should be compressed: the client prefers gzip and the body is above the threshold.
  public static func isWorthwhile(
    _ requestHeaders: HTTPHeaders, bodyBytes: Int, thresholdBytes: Int = thresholdBytesDefault
  ) -> Bool {
    bodyBytes > thresholdBytes && AcceptEncoding(requestHeaders).prefersGzip
  }

  /// Decompresses a whole gzip file. Throws when it is corrupt, cut short or larger than `outputBytesMax`.
  public static func decompress(_ input: [UInt8], outputBytesMax: Int) throws(CompressionError) -> [UInt8] {
    let stream = try InflateStream(format: .gzip)
    var output: [UInt8] = []
    let progress = try input.withBytes { (bytes) throws(CompressionError) in
      try stream.append(bytes, to: &output, outputBytesMax: outputBytesMax)
    }
    guard progress.hasEnded, progress.consumed == input.count else { throw CompressionError(reason: .corruptData) }
    return output
  }
}

/// Compresses bodies with gzip, whole or in pieces. Not Sendable: keep one per event loop and reuse it.
public final class GzipCompressor {
  private let stream: DeflateStream

  /// Makes a compressor; it holds about 256 KiB. Throws when zlib cannot start.
  public init(level: Int = 5) throws(CompressionError) {
    stream = try DeflateStream(format: .gzip, level: level)
  }

  /// Compresses a whole body.
  public func compress(_ body: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    stream.reset()
    body.withBytes { stream.append($0, flush: Z_FINISH, to: &output) }
    return output
  }

  /// Begins a body that comes in pieces, forgetting any other.
  public func begin() {
    stream.reset()
  }

  /// Compresses the next piece; `flushes` makes everything so far readable for the client at once.
  public func append(_ piece: UnsafeRawBufferPointer, flushes: Bool = false, to output: inout [UInt8]) {
    stream.append(piece, flush: flushes ? Z_SYNC_FLUSH : Z_NO_FLUSH, to: &output)
  }

  /// Ends the body.
  public func finish(to output: inout [UInt8]) {
    stream.append(UnsafeRawBufferPointer(start: nil, count: 0), flush: Z_FINISH, to: &output)
  }
}
