import COpenSSL
import Glibc

// Unchecked: the context is complete when `init` returns; OpenSSL counts its references atomically and allows any
// thread to make sessions of it (openssl-threads(7)).
/// One certificate with its key, and the rules that sessions keep: TLS 1.2 and 1.3 with forward secrecy, HTTP/1.1 only.
final class TLSContext: @unchecked Sendable {
  /// When the certificate ends, in seconds since 1970.
  let certificateEndUnixSeconds: Int64

  private let context: OpaquePointer
  private static let cipherList = "ECDHE+AESGCM:ECDHE+CHACHA20"
  // SSL_OP_NO_RENEGOTIATION and SSL_OP_NO_COMPRESSION, which are macros that Swift does not import.
  private static let noRenegotiation: UInt64 = 1 << 30
  private static let noCompression: UInt64 = 1 << 17
  private static let sessionName: [UInt8] = Array("clickclack".utf8)

  /// Reads a PEM file with the certificate and those that vouch for it, and one with the key.
  init(certificateFile: String, keyFile: String) throws(TLSError) {
    ERR_clear_error()
    guard let context = SSL_CTX_new(TLS_server_method()) else { throw .last("can't set up TLS") }
    do {
      certificateEndUnixSeconds = try Self.prepare(context, certificateFile, keyFile)
    } catch {
      SSL_CTX_free(context)
      throw error
    }
    self.context = context
  }

  deinit { SSL_CTX_free(context) }

  /// The server's side of a new connection; nil when there is no memory.
  func makeSession() -> TLSSession? { TLSSession(context: context) }

  /// - Returns: When the certificate ends.
  private static func prepare(
    _ context: OpaquePointer, _ certificateFile: String, _ keyFile: String
  ) throws(TLSError) -> Int64 {
    SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
    SSL_CTX_ctrl(context, SSL_CTRL_MODE, Int(SSL_MODE_RELEASE_BUFFERS), nil)
    // Sessions are resumed by tickets, which cost the server no memory.
    SSL_CTX_ctrl(context, SSL_CTRL_SET_SESS_CACHE_MODE, Int(SSL_SESS_CACHE_OFF), nil)
    SSL_CTX_set_options(context, noRenegotiation | noCompression)
    guard
      SSL_CTX_set_cipher_list(context, cipherList) == 1,
      SSL_CTX_set_session_id_context(context, sessionName, UInt32(sessionName.count)) == 1
    else { throw .last("can't set up TLS") }
    SSL_CTX_set_alpn_select_cb(
      context,
      { _, output, outputCount, input, inputCount, _ in
        TLSContext.selectProtocol(output, outputCount, input, inputCount)
      }, nil)
    try requireReadable(certificateFile)
    try requireReadable(keyFile)
    guard SSL_CTX_use_certificate_chain_file(context, certificateFile) == 1 else {
      throw .last("can't use the certificate \(certificateFile)")
    }
    guard SSL_CTX_use_PrivateKey_file(context, keyFile, SSL_FILETYPE_PEM) == 1 else {
      throw .last("can't use the key \(keyFile)")
    }
    guard SSL_CTX_check_private_key(context) == 1 else {
      throw .last("the key \(keyFile) does not belong to the certificate \(certificateFile)")
    }
    guard let end = endOfCertificate(context) else {
      throw TLSError("the certificate \(certificateFile) has no end that can be read")
    }
    return end
  }

  /// OpenSSL does not say plainly that a file is missing.
  private static func requireReadable(_ path: String) throws(TLSError) {
    guard access(path, R_OK) == 0 else { throw TLSError("can't read \(path): \(String(cString: strerror(errno)))") }
  }

  private static func endOfCertificate(_ context: OpaquePointer) -> Int64? {
    guard let certificate = SSL_CTX_get0_certificate(context), let end = X509_get0_notAfter(certificate) else {
      return nil
    }
    var fields = tm()
    guard ASN1_TIME_to_tm(end, &fields) == 1 else { return nil }
    return Int64(timegm(&fields))
  }

  /// Chooses `http/1.1`, and refuses clients that want something else (RFC 7301, section 3.2).
  private static func selectProtocol(
    _ output: UnsafeMutablePointer<UnsafePointer<UInt8>?>?, _ outputCount: UnsafeMutablePointer<UInt8>?,
    _ input: UnsafePointer<UInt8>?, _ inputCount: UInt32
  ) -> Int32 {
    let offered = UnsafeBufferPointer(start: input, count: Int(inputCount))
    var index = 0
    while index < offered.count {
      let count = Int(offered[index])
      guard index + 1 + count <= offered.count else { break }
      let name = offered[(index + 1)..<(index + 1 + count)]
      if name.elementsEqual("http/1.1".utf8) {
        output?.pointee = input?.advanced(by: index + 1)
        outputCount?.pointee = UInt8(count)
        return Int32(SSL_TLSEXT_ERR_OK)
      }
      index += 1 + count
    }
    return Int32(SSL_TLSEXT_ERR_ALERT_FATAL)
  }
}
