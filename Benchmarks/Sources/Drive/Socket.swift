import Glibc

/// Opening and closing of client sockets; sockets are plain descriptors, owned by whoever opened them.
enum Socket {
  /// An address to connect to, resolved once per run.
  struct Address {
    var storage: sockaddr_storage
    var length: socklen_t
  }

  /// Resolves a host name or a numeric address (IPv4 or IPv6).
  /// - Throws: `BenchmarkError` when there is none.
  static func resolve(_ target: Target) throws -> Address {
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let failure = getaddrinfo(target.host, String(target.port), &hints, &list)
    defer { if let list { freeaddrinfo(list) } }
    guard failure == 0, let found = list?.pointee, let address = found.ai_addr else {
      throw BenchmarkError("cannot resolve \(target.host): \(String(cString: gai_strerror(failure)))")
    }
    var storage = sockaddr_storage()
    withUnsafeMutableBytes(of: &storage) {
      $0.copyMemory(from: UnsafeRawBufferPointer(start: address, count: Int(found.ai_addrlen)))
    }
    return Address(storage: storage, length: found.ai_addrlen)
  }

  /// How long a blocking connection waits for the server before it fails.
  static let blockingSecondsMax = 60

  /// Starts a connection; a non-blocking one is usually still in progress on return.
  /// - Throws: `BenchmarkError` when it is refused at once or descriptors run out.
  static func connect(to address: Address, nonBlocking: Bool) throws -> Int32 {
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let mode = nonBlocking ? Int32(SOCK_NONBLOCK.rawValue) : 0
    let descriptor = socket(Int32(address.storage.ss_family), type | mode, 0)
    guard descriptor >= 0 else { throw BenchmarkError("cannot open a socket: \(reason(errno))") }
    var one: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    if !nonBlocking {
      var limit = timeval(tv_sec: blockingSecondsMax, tv_usec: 0)
      for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
        setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
      }
    }
    let result = withUnsafePointer(to: address.storage) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.connect(descriptor, $0, address.length) }
    }
    guard result == 0 || errno == EINPROGRESS else {
      let why = reason(errno)
      close(descriptor)
      throw BenchmarkError("cannot connect: \(why)")
    }
    return descriptor
  }

  /// The pending error of a socket, 0 when there is none.
  static func pendingError(_ descriptor: Int32) -> Int32 {
    var code: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length)
    return code
  }

  /// Closes with a reset, which is how a crashed client goes away; it leaves no TIME_WAIT behind, so that tens of
  /// thousands of connections in a row do not use up the local ports.
  static func abort(_ descriptor: Int32) {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    close(descriptor)
  }

  static func reason(_ code: Int32) -> String {
    String(cString: strerror(code))
  }

  /// Raises the limit of open descriptors as far as it goes and checks that it suffices.
  /// - Throws: `BenchmarkError` naming the limit when it does not.
  static func requireDescriptors(_ count: Int) throws {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    guard count + 64 <= Int(clamping: limit.rlim_max) else {
      throw BenchmarkError("\(count) connections need more descriptors than the limit of \(limit.rlim_max) (ulimit -n)")
    }
  }
}
