import Glibc
import Synchronization

/// The file of a blob that is being written.
final class FileBlobSink: BlobSink {
  private enum State {
    case open
    case closed
  }

  private let key: String
  private let path: String
  private let directory: String
  private let descriptor: Int32
  private let work: any BlockingWork
  private let state = Mutex(State.open)

  init(key: String, path: String, directory: String, descriptor: Int32, work: any BlockingWork) {
    self.key = key
    self.path = path
    self.directory = directory
    self.descriptor = descriptor
    self.work = work
  }

  deinit {
    // The last resort; whoever gives up calls `discard`, which does not block.
    if takeOver() { remove() }
  }

  func write(_ bytes: [UInt8]) async throws {
    try await work.perform { [self] in try FileError.writeAll(bytes, to: descriptor, name: path) }
  }

  func finish() async throws -> String {
    try await work.perform { [self] in
      guard takeOver() else { throw FileError("\(path) is closed") }
      do {
        try publish()
      } catch {
        remove()
        throw error
      }
      close(descriptor)
    }
    return key
  }

  func discard() async {
    do {
      try await work.perform { [self] in if takeOver() { remove() } }
    } catch {
      // Too much is waiting for the disk; one more removal does not change that.
      if takeOver() { remove() }
    }
  }

  /// Whether the file is this caller's to close.
  private func takeOver() -> Bool {
    state.withLock { state in
      defer { state = .closed }
      return state == .open
    }
  }

  private func remove() {
    close(descriptor)
    unlink(path)
  }

  private func publish() throws(FileError) {
    // The clean-up goes by its age, and the row comes after this.
    guard futimens(descriptor, nil) == 0 else { throw FileError("can't date \(path)", errno) }
    guard uninterrupted({ fsync(descriptor) }) == 0 else { throw FileError("can't sync \(path)", errno) }
    let place = FileBlobStore.path(of: key, in: directory)
    var status = rename(path, place)
    if status != 0, errno == ENOENT {
      try FileBlobStore.makeDirectories(directory)
      status = rename(path, place)
    }
    guard status == 0 else { throw FileError("can't make \(place)", errno) }
    do throws(FileError) {
      // A name is on disk only when its directory is.
      try FileBlobStore.sync("\(directory)/\(key.prefix(2))")
    } catch {
      unlink(place)
      throw error
    }
  }
}
