// Unchecked: the memory is written only by `init`, before the reference can be shared, and is immutable afterwards.
/// Immutable bytes that any number of connections send: encoded once, shared by all, freed with the last reference.
///
/// A frame is created once per event and only retained per delivery. It may be used on any thread.
public final class Frame: @unchecked Sendable {
  /// Number of bytes.
  public let count: Int
  let base: UnsafeRawPointer
  private let ownsMemory: Bool

  /// Allocates `byteCount` bytes and lets `body` fill all of them; rethrows what `body` throws.
  public init(byteCount: Int, initializingWith body: (UnsafeMutableRawBufferPointer) throws -> Void) rethrows {
    precondition(byteCount >= 0)
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(byteCount, 1), alignment: 16)
    do {
      try body(UnsafeMutableRawBufferPointer(rebasing: memory.prefix(byteCount)))
    } catch {
      memory.deallocate()
      throw error
    }
    base = UnsafeRawPointer(memory.baseAddress.unsafelyUnwrapped)
    count = byteCount
    ownsMemory = true
  }

  /// Wraps memory that lives as long as the process (an embedded asset), without copying it.
  public init(immortal bytes: UnsafeRawBufferPointer) {
    base = bytes.baseAddress ?? UnsafeRawPointer(Frame.emptyMemory)
    count = bytes.count
    ownsMemory = false
  }

  // Unchecked: one byte that nobody reads or writes; it stands in for the null base of an empty buffer.
  private nonisolated(unsafe) static let emptyMemory = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)

  /// Copies `bytes`.
  public convenience init(_ bytes: some Collection<UInt8>) {
    self.init(byteCount: bytes.count) { $0.copyBytes(from: bytes) }
  }

  /// The same bytes in a frame of their own.
  public func copied() -> Frame {
    Frame(byteCount: count) { $0.copyMemory(from: UnsafeRawBufferPointer(start: base, count: count)) }
  }

  deinit {
    if ownsMemory { base.deallocate() }
  }

  /// Calls `body` with the bytes; the pointer is valid during the call only.
  public func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try body(UnsafeRawBufferPointer(start: base, count: count))
  }
}
