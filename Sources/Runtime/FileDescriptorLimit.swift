import Glibc

/// The process's limit on open file descriptors, which bounds the number of connections.
public enum FileDescriptorLimit {
  /// The limit in force (the soft limit).
  public static var current: Int {
    var limits = rlimit()
    guard getrlimit(RLIMIT_NOFILE.resource, &limits) == 0 else { return 1024 }
    return Int(clamping: limits.rlim_cur)
  }

  /// Raises the soft limit to the hard limit and returns the limit now in force. Call it once, before listening.
  @discardableResult
  public static func raiseToHardLimit() throws(SystemError) -> Int {
    var limits = rlimit()
    guard getrlimit(RLIMIT_NOFILE.resource, &limits) == 0 else { throw .last("getrlimit") }
    if limits.rlim_cur < limits.rlim_max {
      limits.rlim_cur = limits.rlim_max
      guard setrlimit(RLIMIT_NOFILE.resource, &limits) == 0 else { throw .last("setrlimit") }
    }
    return Int(clamping: limits.rlim_cur)
  }
}

extension __rlimit_resource {
  fileprivate var resource: __rlimit_resource_t { __rlimit_resource_t(rawValue) }
}
