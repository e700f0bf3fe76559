import CLibUV

/// Closes a libuv handle that was allocated on its own, and frees it once libuv no longer uses it.
enum UVHandle {
  static func closeAndFree<Handle>(_ handle: UnsafeMutablePointer<Handle>) {
    let base = UnsafeMutableRawPointer(handle).assumingMemoryBound(to: uv_handle_t.self)
    uv_close(base) { closed in
      UnsafeMutableRawPointer(closed)?.deallocate()
    }
  }
}
