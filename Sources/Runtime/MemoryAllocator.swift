import CLibUV

/// The C library's allocator, which Swift objects, SQLite and zlib all use.
public enum MemoryAllocator {
  private static let keptBytes: Int32 = 32 << 20
  private static let mappedBytes: Int32 = 1 << 20

  /// Keeps freed memory for the next request instead of returning it to the system each time: a page of messages is
  /// large enough that the defaults map and unmap memory for every answer. To be called once, at start.
  public static func tuneForServing() {
    mallopt(M_TRIM_THRESHOLD, keptBytes)
    mallopt(M_MMAP_THRESHOLD, mappedBytes)
  }
}
