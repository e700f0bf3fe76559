import Glibc

/// A system call or library call that failed: which one, and the `errno` value it failed with.
public struct SystemError: Error, Hashable, CustomStringConvertible {
  /// The call that failed, for example `bind`.
  public let operation: String
  /// The `errno` value (positive).
  public let code: Int32

  /// Describes a failure of `operation` with the given `errno` value.
  public init(operation: String, code: Int32) {
    self.operation = operation
    self.code = code
  }

  /// The calling thread's current `errno` as an error of `operation`.
  static func last(_ operation: String) -> SystemError {
    SystemError(operation: operation, code: errno)
  }

  /// The operation and the system's text for the code, for logs.
  public var description: String {
    "\(operation): \(SystemError.text(of: code))"
  }

  private static func text(of code: Int32) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
      guard let base = buffer.baseAddress, strerror_r(code, base, buffer.count) == 0 else { return "error \(code)" }
      return String(cString: base)
    }
  }
}
