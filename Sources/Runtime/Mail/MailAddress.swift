/// An address that mail can be sent to: a dot-string and a domain name (RFC 5321, section 4.1.2) in ASCII, so that it can
/// stand in a command and in a header field as it is. Quoted local parts, address literals and international addresses
/// are not supported.
public struct MailAddress: Sendable, Equatable, CustomStringConvertible {
  private static let bytesMax = 254
  private static let localBytesMax = 64
  private static let labelBytesMax = 63

  /// `ada@example.org`.
  public let text: String
  /// What stands behind the @.
  public let domain: String

  /// Reads an address; nil when it is none that this server sends mail to.
  public init?(_ text: String) {
    guard text.utf8.count <= Self.bytesMax, let at = text.lastIndex(of: "@") else { return nil }
    let local = text[..<at]
    let domain = text[text.index(after: at)...]
    guard local.utf8.count <= Self.localBytesMax else { return nil }
    let isLocal = local.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { atom in
      !atom.isEmpty && atom.allSatisfy(Self.isAtomText)
    }
    let isDomain = domain.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy {
      label in
      (1...Self.labelBytesMax).contains(label.count) && label.first != UInt8(ascii: "-")
        && label.last != UInt8(ascii: "-")
        && label.allSatisfy { Self.isLetterOrDigit($0) || $0 == UInt8(ascii: "-") }
    }
    guard isLocal, isDomain else { return nil }
    self.text = text
    self.domain = String(domain)
  }

  /// The address.
  public var description: String { text }

  private static func isAtomText(_ byte: UInt8) -> Bool {
    isLetterOrDigit(byte) || "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
    default: false
    }
  }
}
