import CLibUV
import Glibc

/// Starts named POSIX threads.
enum Thread {
  /// Starts a thread that runs `body` once. The caller must `join` it.
  static func start(name: String, _ body: @escaping @Sendable () -> Void) throws(SystemError) -> pthread_t {
    let main = Unmanaged.passRetained(Main(name: name, body: body))
    var thread = pthread_t()
    let status = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        let main = Unmanaged<Main>.fromOpaque(argument).takeRetainedValue()
        // Linux keeps 15 characters of a thread's name and refuses longer ones.
        _ = pthread_setname_np(pthread_self(), String(main.name.utf8.prefix(15)) ?? "thread")
        main.body()
        return nil
      }, main.toOpaque())
    guard status == 0 else {
      main.release()
      throw SystemError(operation: "pthread_create", code: status)
    }
    return thread
  }

  /// Waits until the thread has ended.
  static func join(_ thread: pthread_t) {
    _ = pthread_join(thread, nil)
  }

  private final class Main: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
      self.name = name
      self.body = body
    }
  }
}
