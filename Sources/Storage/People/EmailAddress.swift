/// An e-mail address as it is stored and compared: trimmed and in lower case.
public enum EmailAddress {
  /// Bytes at most (RFC 5321, section 4.5.3.1.3, less the angle brackets).
  public static let bytesMax = 254

  /// The address in its stored form.
  /// - Throws: `StoreError.invalid` when it can't be one.
  public static func validated(_ text: String) throws(StoreError) -> String {
    let address = lowercased(PlainText.trimmed(text))
    guard !address.isEmpty else { throw .invalid("email must not be empty") }
    let parts = address.split(separator: "@", omittingEmptySubsequences: false)
    guard address.utf8.count <= bytesMax, parts.count == 2, parts.allSatisfy({ !$0.isEmpty }),
      address.unicodeScalars.allSatisfy({ !$0.properties.isWhitespace && $0.value >= 0x20 && $0.value != 0x7f })
    else { throw .invalid("email is not an e-mail address") }
    return address
  }

  /// In lower case, letter by letter. What is not ASCII never becomes ASCII: the Kelvin sign is no k, or else somebody
  /// could have a mailbox whose address means another one's account here.
  private static func lowercased(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { result, scalar in
      let lower = scalar.properties.lowercaseMapping
      result += !scalar.isASCII && lower.utf8.allSatisfy({ $0 < 0x80 }) ? String(scalar) : lower
    }
  }
}
