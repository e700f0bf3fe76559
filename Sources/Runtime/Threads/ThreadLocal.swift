import Glibc

/// A thread-local reference that says whose thread this is; it does not retain.
struct ThreadLocal<Owner: AnyObject>: Sendable {
  private let key: pthread_key_t

  init() {
    var key = pthread_key_t()
    let status = pthread_key_create(&key, nil)
    precondition(status == 0, "no thread-local storage left")
    self.key = key
  }

  var owner: Owner? {
    guard let pointer = pthread_getspecific(key) else { return nil }
    return Unmanaged<Owner>.fromOpaque(pointer).takeUnretainedValue()
  }

  func isOwned(by owner: Owner) -> Bool {
    pthread_getspecific(key) == Unmanaged.passUnretained(owner).toOpaque()
  }

  /// Calls `body` with `owner` as the thread's owner; nil for nobody.
  func with(_ owner: Owner?, _ body: () -> Void) {
    let previous = pthread_getspecific(key)
    pthread_setspecific(key, owner.map { Unmanaged.passUnretained($0).toOpaque() })
    body()
    pthread_setspecific(key, previous)
  }
}
