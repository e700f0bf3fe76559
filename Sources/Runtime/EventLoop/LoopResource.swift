/// Something with libuv handles on a loop (a listener, a signal source, an HTTP client) that ends with the loop.
protocol LoopResource: AnyObject {
  /// Starts closing the handles; the resource unregisters when they are closed. May be called more than once.
  func closeForShutdown()
}
