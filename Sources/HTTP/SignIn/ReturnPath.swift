import Storage

/// Where a browser goes after signing in: pages of this server only, so that nobody can use it to send people elsewhere.
enum ReturnPath {
  /// The client's first page.
  static let standard = "/app"
  /// Bytes at most.
  static let bytesMax = 1_024

  /// The path as it was asked for.
  /// - Throws: `StoreError.invalid` for anything but a page of the web client.
  static func validated(_ text: String?) throws(StoreError) -> String {
    guard let text, !text.isEmpty else { return standard }
    // Browsers read a backslash as a slash and drop tabs and line breaks, so a harmless beginning alone is not enough.
    let isPlain = text.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "\\") }
    let isPage = text == standard || ["/", "?", "#"].contains { text.hasPrefix(standard + $0) }
    guard isPlain, isPage, text.utf8.count <= bytesMax else {
      throw .invalid("return_to must be a path that begins with \(standard)")
    }
    return text
  }
}
