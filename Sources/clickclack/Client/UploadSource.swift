import CCurl
import Glibc

/// A file, or standard input, on its way to the server. For one thread.
final class UploadSource {
  /// The name that the server gets to know.
  let name: String
  let contentType: String
  /// Nil for a stream whose end is not known.
  let byteCount: Int?
  /// What went wrong while reading, if something did.
  private(set) var failure: CommandFailure?
  private let descriptor: Int32
  private let progress: (@Sendable (String) -> Void)?
  private var sentCount = 0
  private var shown = ""

  /// Opens the file; `-` is standard input.
  ///
  /// - Parameter progress: shows a line in place of the one before; nil if nobody watches.
  /// - Throws: `CommandFailure` if it can't be opened or is a directory.
  init(
    path: String, name: String?, contentType: String?, progress: (@Sendable (String) -> Void)?
  ) throws(CommandFailure) {
    let isInput = path == "-"
    let fileName = path.split(separator: "/").last.map(String.init) ?? path
    self.name = Self.sendable(name ?? (isInput ? "stdin" : fileName))
    self.contentType = contentType ?? Self.contentType(ofName: self.name)
    self.progress = progress
    descriptor = isInput ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw FileReading.failure("open", path, exitCode: errno == EACCES ? .notPermitted : .notFound)
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      byteCount = nil
      throw FileReading.failure("inspect", path)
    }
    byteCount = status.st_mode & S_IFMT == S_IFREG && !isInput ? Int(status.st_size) : nil
    guard status.st_mode & S_IFMT != S_IFDIR else {
      throw CommandFailure("\(path) is a directory", exitCode: .notFound)
    }
  }

  deinit { close(descriptor) }

  static let callback: curl_read_callback = { buffer, size, count, context in
    guard let buffer, let context else { return Int(CURL_READFUNC_ABORT) }
    let source = Unmanaged<UploadSource>.fromOpaque(context).takeUnretainedValue()
    return source.fill(UnsafeMutableRawBufferPointer(start: buffer, count: size * count))
  }

  private func fill(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
    // A file that grows meanwhile ends where it ended at first, as the length is announced already.
    let wanted = byteCount.map { min(buffer.count, $0 - sentCount) } ?? buffer.count
    while true {
      let count = read(descriptor, buffer.baseAddress, wanted)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0, count > 0 || byteCount.map({ sentCount == $0 }) ?? true else {
        failure =
          count < 0 ? FileReading.failure("read", name) : CommandFailure("\(name) became shorter while it was sent")
        return Int(CURL_READFUNC_ABORT)
      }
      sentCount += count
      show()
      return count
    }
  }

  private func show() {
    guard let progress else { return }
    let mebibytes = "\(sentCount >> 20) MiB"
    let text = byteCount.map { "\(sentCount * 100 / max(1, $0))% of \($0 >> 20) MiB" } ?? mebibytes
    guard text != shown else { return }
    shown = text
    progress("\(name): \(text)")
  }

  /// A name without control characters, which file systems allow and header fields of a form don't.
  private static func sendable(_ name: String) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in name.unicodeScalars { scalars.append(scalar.properties.generalCategory == .control ? "_" : scalar) }
    return String(scalars)
  }

  /// The media type for a file's ending; the server decides what it makes of it.
  private static func contentType(ofName name: String) -> String {
    guard let dot = name.lastIndex(of: ".") else { return "application/octet-stream" }
    return contentTypes[name[name.index(after: dot)...].lowercased()] ?? "application/octet-stream"
  }

  private static let contentTypes = [
    "avif": "image/avif", "bmp": "image/bmp", "gif": "image/gif", "jpeg": "image/jpeg", "jpg": "image/jpeg",
    "png": "image/png", "svg": "image/svg+xml", "webp": "image/webp", "aac": "audio/aac", "flac": "audio/flac",
    "m4a": "audio/mp4", "mp3": "audio/mpeg", "oga": "audio/ogg", "ogg": "audio/ogg", "wav": "audio/wav",
    "mov": "video/quicktime", "mp4": "video/mp4", "ogv": "video/ogg", "webm": "video/webm", "csv": "text/csv",
    "htm": "text/html", "html": "text/html", "json": "application/json", "log": "text/plain", "md": "text/markdown",
    "pdf": "application/pdf", "txt": "text/plain", "xml": "application/xml", "gz": "application/gzip",
    "tar": "application/x-tar", "zip": "application/zip",
  ]
}
