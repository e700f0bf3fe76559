/// The certificate that a listener shows, which can be replaced while connections are open.
public final class TLSServer: Sendable {
  /// How long a client may take from connecting to the end of the handshake.
  let handshakeMilliseconds: UInt64
  private let certificateFile: String
  private let keyFile: String
  private let context: Monitor<TLSContext>

  /// Reads the certificate, with those that vouch for it, and its key, both PEM.
  /// - Throws: `TLSError` that names the file.
  public init(certificateFile: String, keyFile: String, handshakeMilliseconds: UInt64 = 10_000) throws(TLSError) {
    self.certificateFile = certificateFile
    self.keyFile = keyFile
    self.handshakeMilliseconds = handshakeMilliseconds
    context = Monitor(try TLSContext(certificateFile: certificateFile, keyFile: keyFile))
  }

  /// Reads both files again, for connections that come from now on. Blocks for the disk. May be called on any thread.
  /// - Throws: `TLSError`; what was used before stays in use then.
  public func reload() throws(TLSError) {
    let new = try TLSContext(certificateFile: certificateFile, keyFile: keyFile)
    context.withLock { $0 = new }
  }

  /// When the certificate in use ends, in seconds since 1970. May be called on any thread.
  public var certificateEndUnixSeconds: Int64 { context.withLock { $0 }.certificateEndUnixSeconds }

  /// The server's side of a new connection; nil when there is no memory.
  func makeSession() -> TLSSession? { context.withLock { $0 }.makeSession() }
}
