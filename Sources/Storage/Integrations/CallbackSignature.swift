import COpenSSL

/// Proves to an app that a callback comes from this server: HMAC-SHA-256 (RFC 2104) over the time and the body.
public enum CallbackSignature {
  /// The value of `X-ClickClack-Signature`.
  /// - Parameters:
  ///   - timestamp: The value of `X-ClickClack-Timestamp`, which is signed with the body so that old calls can't be
  ///     repeated: seconds since 1970.
  ///   - secret: What the app was given when it registered.
  public static func value(timestamp: String, body: [UInt8], secret: String) -> String {
    let message = Array(timestamp.utf8) + [UInt8(ascii: ".")] + body
    let key = Array(secret.utf8)
    var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    var length: UInt32 = 0
    // The function returns the address of its output, which is already known.
    _ = HMAC(EVP_sha256(), key, Int32(key.count), message, message.count, &digest, &length)
    let digits = Array("0123456789abcdef".utf8)
    let hexadecimal = digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return "sha256=" + String(decoding: hexadecimal, as: UTF8.self)
  }
}
