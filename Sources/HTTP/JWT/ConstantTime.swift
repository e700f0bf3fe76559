import COpenSSL

/// Compares secrets in a time that tells nothing about where they differ; only their length shows.
enum ConstantTime {
  static func equal(_ left: String, _ right: String) -> Bool {
    let left = Array(left.utf8)
    let right = Array(right.utf8)
    return left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
  }
}
