import Glibc

/// One HTTP request over a plain socket, with a time limit for connecting, sending and receiving each.
struct HealthProbe {
  let host: String
  let port: UInt16
  let path: String
  let timeout: Duration
  private static let answerBytesMax = 16 * 1024

  /// Aims at a URL such as `http://10.0.0.5:8080`, or at the address a server of this configuration listens on.
  init(url: String?, address: ListenAddress, timeout: Duration) throws(BadValue) {
    self.timeout = timeout
    guard let url else {
      guard address.unixPath == nil else { throw BadValue("is needed: the server listens on a unix socket") }
      let anyHosts = ["": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"]
      host = anyHosts[address.host] ?? address.host
      port = address.port
      path = "/healthz"
      return
    }
    guard let separator = url.firstRange(of: "://") else { throw BadValue("must begin with http://") }
    let slash = url[separator.upperBound...].firstIndex(of: "/") ?? url.endIndex
    let origin = try WebOrigin(parsing: String(url[..<slash]))
    guard origin.scheme == "http" else { throw BadValue("must begin with http://: the check does not speak TLS") }
    let rest = String(url[slash...])
    guard rest.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { throw BadValue("must not hold spaces") }
    host = origin.host.hasPrefix("[") ? String(origin.host.dropFirst().dropLast()) : origin.host
    port = origin.port ?? 80
    path = rest.isEmpty || rest == "/" ? "/healthz" : rest
  }

  /// Blocks until the server answers or the time is up.
  ///
  /// - Returns: the status code.
  /// - Throws: `CommandFailure` that says what did not work.
  func status() throws(CommandFailure) -> Int {
    let descriptor = try connect()
    defer { close(descriptor) }
    let authority = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    let request = "GET \(path) HTTP/1.1\r\nHost: \(authority)\r\nConnection: close\r\n\r\n"
    try send(Array(request.utf8), descriptor)
    return try Self.statusCode(of: receive(descriptor))
  }

  static func statusCode(of answer: [UInt8]) throws(CommandFailure) -> Int {
    let line = String(decoding: answer.prefix { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
    let words = line.split(separator: " ")
    guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let code = Int(words[1]) else {
      throw CommandFailure("the answer is not HTTP")
    }
    return code
  }

  private func connect() throws(CommandFailure) -> Int32 {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let result = getaddrinfo(host, "\(port)", &hints, &list)
    guard result == 0 else { throw CommandFailure("cannot resolve \(host): \(String(cString: gai_strerror(result)))") }
    defer { freeaddrinfo(list) }
    var candidate = list
    while let address = candidate?.pointee {
      let descriptor = socket(address.ai_family, address.ai_socktype, 0)
      guard descriptor >= 0 else { throw FileReading.failure("make", "a socket") }
      setTimeout(descriptor)
      if Glibc.connect(descriptor, address.ai_addr, address.ai_addrlen) == 0 { return descriptor }
      let isLast = address.ai_next == nil
      let failure = FileReading.failure("connect to", "\(host):\(port)")
      close(descriptor)
      if isLast { throw failure }
      candidate = address.ai_next
    }
    throw CommandFailure("\(host) has no address")
  }

  private func setTimeout(_ descriptor: Int32) {
    let milliseconds = max(1, DurationText.milliseconds(timeout))
    var limit = timeval(tv_sec: milliseconds / 1000, tv_usec: milliseconds % 1000 * 1000)
    let size = socklen_t(MemoryLayout<timeval>.size)
    // On Linux the send timeout also bounds connect(2), see socket(7).
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
  }

  private func send(_ bytes: [UInt8], _ descriptor: Int32) throws(CommandFailure) {
    var offset = 0
    while offset < bytes.count {
      let count = bytes[offset...].withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw FileReading.failure("send to", "\(host):\(port)") }
      offset += count
    }
  }

  /// Reads up to the end of the status line: nothing else matters.
  private func receive(_ descriptor: Int32) throws(CommandFailure) -> [UInt8] {
    var answer: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1024)
    while !answer.contains(UInt8(ascii: "\n")) && answer.count < Self.answerBytesMax {
      let count = recv(descriptor, &chunk, chunk.count, 0)
      guard count >= 0 else {
        throw errno == EAGAIN
          ? CommandFailure("\(host):\(port) did not answer in time") : FileReading.failure("read from", host)
      }
      guard count > 0 else { break }
      answer.append(contentsOf: chunk[..<count])
    }
    return answer
  }
}
