/// The body of a request that is handled while it arrives, such as an upload. Reading it makes the connection read on:
/// what nobody asked for yet stays in the kernel.
public struct RequestBody: Sendable {
  let connection: HTTPConnection

  /// The next piece; nil at the end. To be called from one task at a time.
  /// - Throws: `HTTPParseError` when the body is malformed or too large, `CancellationError` when the client is gone.
  public func next() async throws -> [UInt8]? { try await connection.nextBodyPiece() }
}

/// Writes the body of a response piece by piece.
public struct ResponseBodyWriter: Sendable {
  let connection: HTTPConnection

  /// Waits until the client has taken most of what was written. To be called before the next piece is made, so that
  /// nothing of it waits in memory.
  /// - Throws: `CancellationError` when the client is gone.
  public func waitForRoom() async throws { try await connection.waitForBodyRoom() }

  /// Queues a piece.
  /// - Throws: `CancellationError` when the client is gone.
  public func write(_ bytes: [UInt8]) async throws { try await connection.writeBodyPiece(bytes) }
}
