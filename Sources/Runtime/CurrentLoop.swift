import Glibc

/// The thread-local variable behind `EventLoop.current`.
enum CurrentLoop {
  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    let status = pthread_key_create(&key, nil)
    precondition(status == 0, "no thread-local storage left")
    return key
  }()

  static var pointer: UnsafeMutableRawPointer? { pthread_getspecific(key) }

  static func enter(_ loop: EventLoop) {
    pthread_setspecific(key, Unmanaged.passUnretained(loop).toOpaque())
  }

  static func leave() {
    pthread_setspecific(key, nil)
  }
}
