import Glibc

/// The file of a blob that is open for reading.
final class FileBlobSource: BlobSource {
  let byteCount: Int64
  private let path: String
  private let descriptor: Int32
  private let work: any BlockingWork

  init(path: String, byteCount: Int64, descriptor: Int32, work: any BlockingWork) {
    self.path = path
    self.byteCount = byteCount
    self.descriptor = descriptor
    self.work = work
  }

  deinit { close(descriptor) }

  func read(at offset: Int64, byteCount: Int) async throws -> [UInt8] {
    try await work.perform { [self] in
      var code: Int32 = 0
      let bytes = [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, filled in
        while filled < byteCount {
          let count = uninterrupted {
            pread(
              descriptor, buffer.baseAddress?.advanced(by: filled), byteCount - filled, off_t(offset) + off_t(filled))
          }
          if count < 0 { code = errno }
          guard count > 0 else { return }
          filled += count
        }
      }
      guard code == 0 else { throw FileError("can't read \(path)", code) }
      return bytes
    }
  }
}
