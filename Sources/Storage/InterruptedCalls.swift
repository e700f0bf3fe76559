import Glibc

/// Makes a call again for as long as signals interrupt it (signal(7)): file systems in user space and on networks let them.
public func uninterrupted<Result: SignedInteger>(_ call: () -> Result) -> Result {
  while true {
    let result = call()
    if result >= 0 || errno != EINTR { return result }
  }
}
