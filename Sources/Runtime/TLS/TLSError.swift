import COpenSSL

/// A certificate or key that can't be used, in words for the operator.
public struct TLSError: Error, Hashable, CustomStringConvertible {
  /// What is wrong with which file.
  public let description: String

  init(_ description: String) { self.description = description }

  /// What could not be done, with OpenSSL's reason for it.
  static func last(_ operation: String) -> TLSError {
    let code = ERR_peek_error()
    ERR_clear_error()
    guard code != 0, let reason = ERR_reason_error_string(code) else { return TLSError(operation) }
    return TLSError("\(operation): \(String(cString: reason))")
  }
}
