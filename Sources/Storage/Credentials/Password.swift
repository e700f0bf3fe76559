// The standard library has the normalization forms of Unicode but publishes them only under this name.
@_spi(_Unicode) import Swift

/// A password as it is hashed: prepared by the OpaqueString profile of RFC 8265 (section 4.2), so that it is the same on
/// every keyboard. Spaces of any script become the ASCII space and the text is normalized to NFC; nothing is trimmed or
/// folded, because every character counts.
///
/// NFC and not NFKC, as that profile demands: compatibility forms are characters of their own, and mapping them would
/// make passwords equal that their owners tell apart.
public struct Password: Sendable {
  /// Bytes of UTF-8 at most, before and after the preparation: longer ones only cost time.
  public static let bytesMax = 1_024
  /// Characters that a new password needs (Unicode scalars, after the preparation).
  public static let charactersMin = 10

  /// What is hashed.
  public let bytes: [UInt8]
  private let characterCount: Int

  /// Prepares what somebody typed.
  /// - Throws: `StoreError.invalid` for what can't be a password: too long, empty, or with control characters.
  public init(_ text: String) throws(StoreError) {
    guard text.utf8.count <= Self.bytesMax else { throw Self.tooLong }
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .surrogate, .unassigned: throw .invalid("the password has a character that can't be used")
      case .spaceSeparator: scalars.append(" ")
      default: scalars.append(scalar)
      }
    }
    guard !scalars.isEmpty else { throw .invalid("the password must not be empty") }
    let prepared = Array(String(scalars)._nfc)
    bytes = Array(String(String.UnicodeScalarView(prepared)).utf8)
    characterCount = prepared.count
    guard bytes.count <= Self.bytesMax else { throw Self.tooLong }
  }

  /// Prepares a password that is to be set: it must be long enough, and not one character again and again.
  /// - Throws: `StoreError.invalid`.
  public init(choosing text: String) throws(StoreError) {
    try self.init(text)
    guard characterCount >= Self.charactersMin else {
      throw .invalid("the password must have at least \(Self.charactersMin) characters")
    }
    guard Set(text.unicodeScalars).count > 1 else {
      throw .invalid("the password must not be one character again and again")
    }
  }

  private static let tooLong = StoreError.invalid("the password must have at most \(bytesMax) bytes")
}
