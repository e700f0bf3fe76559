/// Where an app wants to be called. Which addresses may be reached is decided when the call is made, not here.
enum CallbackURL {
  /// Bytes at most.
  static let bytesMax = 2_048

  /// The trimmed URL.
  /// - Throws: `StoreError.invalid` for anything but an http or https URL with a host and without a password.
  static func validated(_ text: String?) throws(StoreError) -> String {
    let url = PlainText.trimmed(text ?? "")
    guard !url.isEmpty else { throw .invalid("callback_url is missing") }
    guard url.utf8.count <= bytesMax else { throw .invalid("callback_url must have at most \(bytesMax) bytes") }
    guard let separator = url.firstRange(of: "://"),
      ["http", "https"].contains(url[..<separator.lowerBound].lowercased()),
      url.unicodeScalars.allSatisfy({ !$0.properties.isWhitespace && $0.value > 0x20 && $0.value != 0x7f })
    else { throw .invalid("callback_url must be an http or https URL") }
    let authority = url[separator.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" && $0 != "\\" }
    guard !authority.isEmpty, !authority.hasPrefix(":") else { throw .invalid("callback_url has no host") }
    guard !authority.contains("@") else { throw .invalid("callback_url must not contain a user or a password") }
    return url
  }
}
