import COpenSSL

/// A client of TLS 1.3 that asks for new keys and reads nothing.
final class KeyUpdates {
  private let socket: BlockingSocket
  private let context: OpaquePointer
  private let ssl: OpaquePointer
  private let output: OpaquePointer

  /// Shakes hands.
  init(port: UInt16) throws {
    socket = try BlockingSocket(port: port, receiveBufferBytes: 4_096)
    guard let context = SSL_CTX_new(TLS_client_method()), let ssl = SSL_new(context), let input = BIO_new(BIO_s_mem()),
      let output = BIO_new(BIO_s_mem())
    else { throw TestFailure("no TLS") }
    self.context = context
    self.ssl = ssl
    self.output = output
    SSL_set_bio(ssl, input, output)
    while SSL_connect(ssl) != 1 {
      try sendOutput()
      let bytes = try socket.receive()
      guard !bytes.isEmpty else { throw TestFailure("the handshake failed") }
      BIO_write(input, bytes, Int32(bytes.count))
    }
    try sendOutput()
  }

  deinit {
    SSL_free(ssl)
    SSL_CTX_free(context)
  }

  /// Sends so many requests, each of which the server has to answer.
  /// - Throws: `SocketFailure.reset` when the server has had enough.
  func send(_ count: Int) throws {
    for _ in 0..<count {
      guard SSL_key_update(ssl, SSL_KEY_UPDATE_REQUESTED) == 1, SSL_do_handshake(ssl) == 1 else {
        throw TestFailure("no new key")
      }
    }
    try sendOutput()
  }

  private func sendOutput() throws {
    var bytes = [UInt8](repeating: 0, count: 65_536)
    while case let count = BIO_read(output, &bytes, Int32(bytes.count)), count > 0 {
      try socket.send(Array(bytes.prefix(Int(count))))
    }
  }
}
