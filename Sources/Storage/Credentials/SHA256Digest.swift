import COpenSSL

/// A SHA-256 hash (FIPS 180-4).
public struct SHA256Digest: Sendable {
  /// 32 bytes.
  public let bytes: [UInt8]

  /// The hash of a text's UTF-8.
  public init(of text: String) { self.init(of: Array(text.utf8)) }

  /// The hash of bytes.
  public init(of input: [UInt8]) {
    var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    // The one-shot function returns the address of its output, which is already known.
    _ = SHA256(input, input.count, &digest)
    bytes = digest
  }

  /// 64 digits in lower case.
  var hexadecimal: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
