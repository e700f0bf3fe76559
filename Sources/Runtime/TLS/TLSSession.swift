import COpenSSL
import Glibc

/// The server's side of TLS on one connection (RFC 8446, RFC 5246), without a socket: encrypted bytes are fed in and
/// taken out through OpenSSL's memory buffers. Used on the connection's loop only.
///
/// Its input holds what was received in one call and is not decrypted yet, its output what was encrypted in one call,
/// at most `encryptedMax`, and not sent yet, besides what the protocol says for itself.
final class TLSSession {
  /// What reading gives.
  enum Input {
    /// So many bytes were written to the buffer.
    case bytes(Int)
    /// Everything was read that has arrived.
    case needsMore
    /// The peer said that it sends no more.
    case ended
    /// What arrived is not TLS, or the peer broke off. The output may hold an alert for it.
    case failed
  }

  /// Most bytes to encrypt before they are sent; four full records.
  static let encryptedMax = 64 << 10
  /// The most that one record holds.
  static let recordMax = 16 << 10
  /// A memory buffer that grew larger is replaced when it is empty: an idle connection holds little.
  private static let retainedMax = 4 << 10
  /// More than was ever encrypted at once: the rest answers messages of the protocol itself, such as requests for new keys
  /// (RFC 8446 section 4.6.3), which a peer may send without end and without reading anything.
  private static let unsentMax = 2 * encryptedMax

  private let ssl: OpaquePointer
  private var input: OpaquePointer
  private var output: OpaquePointer
  private var outputSent = 0
  /// Bytes of plain text that are encrypted in the output.
  private var plainInOutput = 0
  private var saysGoodbye = false

  init?(context: OpaquePointer) {
    ERR_clear_error()
    guard let ssl = SSL_new(context), let input = BIO_new(BIO_s_mem()), let output = BIO_new(BIO_s_mem()) else {
      // Only without memory: what was made before is not worth the code that would free it.
      return nil
    }
    self.ssl = ssl
    self.input = input
    self.output = output
    // From here on the session owns both.
    SSL_set_bio(ssl, input, output)
    SSL_set_accept_state(ssl)
  }

  deinit { SSL_free(ssl) }

  /// Whether the handshake is done.
  var isEstablished: Bool { SSL_is_init_finished(ssl) == 1 }

  /// Takes encrypted bytes from the peer.
  func feed(_ bytes: UnsafeRawBufferPointer) {
    BIO_write(input, bytes.baseAddress, Int32(bytes.count))
  }

  /// Decrypts what was fed, or goes on with the handshake.
  func read(into buffer: UnsafeMutableRawBufferPointer) -> Input {
    ERR_clear_error()
    let count = SSL_read(ssl, buffer.baseAddress, Int32(buffer.count))
    guard unsent.count <= Self.unsentMax else { return .failed }
    if count > 0 { return .bytes(Int(count)) }
    switch SSL_get_error(ssl, count) {
    case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE:
      releaseInput()
      return .needsMore
    case SSL_ERROR_ZERO_RETURN: return .ended
    default:
      ERR_clear_error()
      return .failed
    }
  }

  /// Encrypts at most `encryptedMax` bytes into the output; false when that fails.
  func encrypt(_ bytes: UnsafeRawBufferPointer) -> Bool {
    ERR_clear_error()
    guard SSL_write(ssl, bytes.baseAddress, Int32(bytes.count)) == Int32(bytes.count) else {
      ERR_clear_error()
      return false
    }
    plainInOutput += bytes.count
    return true
  }

  /// Puts the notice into the output that no more follows (RFC 8446, section 6.1); false when it was put there before,
  /// or when there is nobody yet to tell it.
  func sayGoodbye() -> Bool {
    guard !saysGoodbye, isEstablished else { return false }
    saysGoodbye = true
    ERR_clear_error()
    SSL_shutdown(ssl)
    ERR_clear_error()
    return true
  }

  /// The encrypted bytes that are to be sent; valid until the next call.
  var unsent: UnsafeRawBufferPointer {
    var start: UnsafeMutableRawPointer?
    let count = BIO_ctrl(output, BIO_CTRL_INFO, 0, &start)
    guard let start, count > outputSent else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    return UnsafeRawBufferPointer(start: start + outputSent, count: count - outputSent)
  }

  /// Notes that bytes of the output were sent.
  /// - Returns: How many bytes of plain text have left with the last of them.
  func sent(_ count: Int) -> Int {
    outputSent += count
    guard unsent.isEmpty else { return 0 }
    defer { plainInOutput = 0 }
    if outputSent > Self.retainedMax, let fresh = BIO_new(BIO_s_mem()) {
      output = fresh
      SSL_set0_wbio(ssl, fresh)
    } else {
      BIO_ctrl(output, BIO_CTRL_RESET, 0, nil)
    }
    outputSent = 0
    return plainInOutput
  }

  private func releaseInput() {
    var memory: UnsafeMutablePointer<BUF_MEM>?
    BIO_ctrl(input, BIO_C_GET_BUF_MEM_PTR, 0, &memory)
    guard let memory, memory.pointee.max > Self.retainedMax, BIO_ctrl_pending(input) == 0,
      let fresh = BIO_new(BIO_s_mem())
    else { return }
    input = fresh
    SSL_set0_rbio(ssl, fresh)
  }
}
