import COpenSSL

/// The SHA-256 hash of a text (FIPS 180-4).
struct SHA256Digest {
  /// 32 bytes.
  let bytes: [UInt8]

  init(of text: String) {
    var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    var copy = text
    copy.withUTF8 { input in
      // The one-shot function returns the address of its output, which is already known.
      _ = SHA256(input.baseAddress, input.count, &digest)
    }
    bytes = digest
  }

  /// 64 digits in lower case.
  var hexadecimal: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
