/// A client's own name for the making of a bot or a token, so that a repeated request makes no second one.
enum SetupNonce {
  /// The trimmed nonce, or nil when there is none.
  /// - Throws: `StoreError.invalid` for one of the wrong length.
  static func validated(_ text: String?) throws(StoreError) -> String? {
    guard let text else { return nil }
    let nonce = PlainText.trimmed(text)
    guard (16...128).contains(nonce.utf8.count) else { throw .invalid("setup_nonce must have 16 to 128 bytes") }
    return nonce
  }
}
