/// Where the picture of a person or a bot is found.
public enum AvatarURL {
  /// Bytes at most.
  public static let bytesMax = 2_048

  /// The trimmed URL, or empty for none.
  /// - Throws: `StoreError.invalid` for anything but an http or https URL with a host.
  public static func validated(_ text: String) throws(StoreError) -> String {
    let url = PlainText.trimmed(text)
    guard !url.isEmpty else { return "" }
    guard url.utf8.count <= bytesMax else { throw .invalid("avatar_url must have at most \(bytesMax) bytes") }
    guard let separator = url.firstRange(of: "://"),
      ["http", "https"].contains(url[..<separator.lowerBound].lowercased()),
      url.unicodeScalars.allSatisfy({ !$0.properties.isWhitespace && $0.value > 0x20 && $0.value != 0x7f })
    else { throw .invalid("avatar_url must be an http or https URL") }
    let authority = url[separator.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    let host = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
    guard !host.isEmpty, !host.hasPrefix(":") else { throw .invalid("avatar_url has no host") }
    return url
  }

  /// The picture of a person who chose none: Gravatar's pattern for a hash. Neither address nor identifier is revealed.
  static func generated(email: String?, id: UserID) -> String {
    "https://www.gravatar.com/avatar/\(SHA256Digest(of: email ?? id).hexadecimal)?d=identicon"
  }
}
