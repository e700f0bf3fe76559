import CCurl
import CLibUV
import Glibc

// Unchecked: every variable is touched on the client's loop only; other threads only pass the reference.
/// One request on its way: from `send` through waiting, transfer and redirects to its result.
final class OutboundExchange: @unchecked Sendable {
  private(set) var request: OutboundRequest
  let addressGuard: AddressGuard
  let limits: OutboundHTTPLimits
  var completion: ((Result<OutboundResponse, OutboundHTTPError>) -> Void)?
  var timer: CoarseTimer?
  var isCancelled = false
  private(set) var easy: UnsafeMutableRawPointer?

  private var url: OutboundURL?
  private var headerList: UnsafeMutablePointer<curl_slist>?
  private var redirects = 0
  private var headers: [OutboundHeader] = []
  private var headerBytes = 0
  private var body: [UInt8] = []
  private var wasTooLarge = false
  private var wasRefused = false

  init(request: OutboundRequest, addressGuard: AddressGuard, limits: OutboundHTTPLimits) {
    self.request = request
    self.addressGuard = addressGuard
    self.limits = limits
  }

  deinit {
    release()
  }

  /// Creates the transfer for the current URL.
  func prepare() throws(OutboundHTTPError) -> UnsafeMutableRawPointer {
    release()
    headers = []
    headerBytes = 0
    body = []
    wasRefused = false
    let url = try OutboundURL(request.url)
    self.url = url
    try validate()
    guard let easy = curl_easy_init() else { throw .failed("libcurl is out of memory") }
    self.easy = easy
    setTarget(easy)
    try setHeaders(easy)
    setBody(easy)
    setCallbacks(easy)
    return easy
  }

  /// Frees the transfer; it must not be part of a multi handle any more.
  func release() {
    if let easy { curl_easy_cleanup(easy) }
    easy = nil
    curl_slist_free_all(headerList)
    headerList = nil
  }

  /// What follows from the end of the transfer: a result, or nil if `request` now holds a redirect to follow.
  func result(of code: CURLcode) -> Result<OutboundResponse, OutboundHTTPError>? {
    guard code == CURLE_OK, let easy else { return .failure(error(for: code)) }
    var status = 0
    _ = clickclack_easy_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
    var location: UnsafeMutablePointer<CChar>?
    _ = clickclack_easy_get_pointer(easy, CURLINFO_REDIRECT_URL, &location)
    if request.redirectsMax > 0, [301, 302, 303, 307, 308].contains(status), let location {
      guard redirects < request.redirectsMax else { return .failure(.tooManyRedirects) }
      redirects += 1
      follow(String(cString: location), status: status)
      return nil
    }
    return .success(OutboundResponse(status: status, headers: headers, body: body, url: request.url))
  }

  /// Turns the request into the one that a redirect asks for (RFC 9110, 15.4).
  private func follow(_ location: String, status: Int) {
    request.url = location
    if status == 303 || (status < 303 && request.method == "POST") {
      if request.method != "HEAD" { request.method = "GET" }
      request.body = nil
      request.headers.removeAll { $0.name.lowercased().hasPrefix("content-") }
    }
    // Credentials belong to the origin they were meant for. A location that does not parse fails in `prepare`.
    let target = try? OutboundURL(location)
    if target != url {
      request.headers.removeAll {
        ["authorization", "cookie", "proxy-authorization"].contains($0.name.lowercased())
      }
    }
  }

  private func error(for code: CURLcode) -> OutboundHTTPError {
    let host = url?.host ?? ""
    if wasTooLarge { return .responseTooLarge }
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST: return .unknownHost(host)
    case CURLE_OPERATION_TIMEDOUT: return .timedOut
    case CURLE_FILESIZE_EXCEEDED: return .responseTooLarge
    case CURLE_COULDNT_CONNECT where wasRefused: return .addressRefused(host: host)
    default: return .failed(String(cString: curl_easy_strerror(code)))
    }
  }

  private func validate() throws(OutboundHTTPError) {
    guard !request.method.isEmpty, request.method.utf8.allSatisfy(Self.isTokenByte) else {
      throw .invalidRequest("the method is not a token")
    }
    for header in request.headers {
      guard !header.name.isEmpty, header.name.utf8.allSatisfy(Self.isTokenByte) else {
        throw .invalidRequest("a header name is not a token")
      }
      guard !header.value.utf8.contains(where: { $0 == 0 || $0 == 10 || $0 == 13 }) else {
        throw .invalidRequest("the value of header \(header.name) has a line break")
      }
    }
  }

  /// RFC 9110, 5.6.2.
  private static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }

  private func setTarget(_ easy: UnsafeMutableRawPointer) {
    _ = clickclack_easy_set_string(easy, CURLOPT_URL, request.url)
    _ = clickclack_easy_set_string(easy, CURLOPT_PROTOCOLS_STR, "http,https")
    // A proxy from the environment would resolve names itself, behind the guard's back.
    _ = clickclack_easy_set_string(easy, CURLOPT_PROXY, "")
    _ = clickclack_easy_set_long(easy, CURLOPT_FOLLOWLOCATION, 0)
    _ = clickclack_easy_set_long(easy, CURLOPT_NOSIGNAL, 1)
    // Otherwise ending a transfer waits for its name look-up, which would stall the loop.
    _ = clickclack_easy_set_long(easy, CURLOPT_QUICK_EXIT, 1)
    _ = clickclack_easy_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, Int(clamping: request.connectTimeoutMilliseconds))
    _ = clickclack_easy_set_offset(easy, CURLOPT_MAXFILESIZE_LARGE, curl_off_t(request.responseBytesMax))
    if let file = limits.authorityFile { _ = clickclack_easy_set_string(easy, CURLOPT_CAINFO, file) }
  }

  private func setHeaders(_ easy: UnsafeMutableRawPointer) throws(OutboundHTTPError) {
    // libcurl adds these two on its own unless told not to; the caller's come later and win.
    var lines = ["Expect:"]
    if !request.headers.contains(where: { $0.name.lowercased() == "content-type" }) { lines.append("Content-Type:") }
    // An empty value is written with a semicolon: with a colon libcurl would leave the header out.
    lines += request.headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
    for line in lines {
      guard let longer = curl_slist_append(headerList, line) else { throw .failed("libcurl is out of memory") }
      headerList = longer
    }
    _ = clickclack_easy_set_pointer(easy, CURLOPT_HTTPHEADER, headerList)
  }

  private func setBody(_ easy: UnsafeMutableRawPointer) {
    if let body = request.body {
      _ = clickclack_easy_set_long(easy, CURLOPT_POST, 1)
      _ = clickclack_easy_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
      body.withUnsafeBytes { bytes in
        // Copied by libcurl, which does not write to it.
        _ = clickclack_easy_set_pointer(
          easy, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: bytes.baseAddress))
      }
    } else if request.method == "HEAD" {
      _ = clickclack_easy_set_long(easy, CURLOPT_NOBODY, 1)
    }
    if request.method != "HEAD" { _ = clickclack_easy_set_string(easy, CURLOPT_CUSTOMREQUEST, request.method) }
  }

  private func setCallbacks(_ easy: UnsafeMutableRawPointer) {
    let me = Unmanaged.passUnretained(self).toOpaque()
    _ = clickclack_easy_set_pointer(easy, CURLOPT_PRIVATE, me)
    _ = clickclack_easy_set_pointer(easy, CURLOPT_WRITEDATA, me)
    _ = clickclack_easy_set_data_callback(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, data in
      guard let bytes, let data else { return 0 }
      let exchange = Unmanaged<OutboundExchange>.fromOpaque(data).takeUnretainedValue()
      return exchange.receiveBody(UnsafeRawBufferPointer(start: bytes, count: size * count))
    }
    _ = clickclack_easy_set_pointer(easy, CURLOPT_HEADERDATA, me)
    _ = clickclack_easy_set_data_callback(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, data in
      guard let bytes, let data else { return 0 }
      let exchange = Unmanaged<OutboundExchange>.fromOpaque(data).takeUnretainedValue()
      return exchange.receiveHeader(UnsafeRawBufferPointer(start: bytes, count: size * count))
    }
    _ = clickclack_easy_set_pointer(easy, CURLOPT_OPENSOCKETDATA, me)
    _ = clickclack_easy_set_open_socket(easy) { data, _, address in
      guard let data, let address else { return CURL_SOCKET_BAD }
      return Unmanaged<OutboundExchange>.fromOpaque(data).takeUnretainedValue().openSocket(to: address)
    }
  }

  /// Opens a socket to an address that libcurl resolved, if the guard permits it. No connection is made without it.
  private func openSocket(to target: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
    let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) ?? 0
    let raw = (UnsafeRawPointer(target) + offset).assumingMemoryBound(to: sockaddr.self)
    guard let address = SocketAddress(raw)?.ip, addressGuard.permits(address, host: url?.host ?? "") else {
      wasRefused = true
      return CURL_SOCKET_BAD
    }
    return socket(
      target.pointee.family, target.pointee.socktype | SocketKind.closesOnExec, target.pointee.protocol)
  }

  /// Returning another number than the one received ends the transfer.
  private func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Int {
    guard body.count + bytes.count <= request.responseBytesMax else {
      wasTooLarge = true
      return 0
    }
    body += bytes
    return bytes.count
  }

  private func receiveHeader(_ bytes: UnsafeRawBufferPointer) -> Int {
    headerBytes += bytes.count
    guard headerBytes <= limits.headerBytesMax else {
      wasTooLarge = true
      return 0
    }
    if bytes.starts(with: "HTTP/".utf8) {
      // A status line: what came before belongs to an interim response (RFC 9110, 15.2).
      headers = []
    } else if let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > 0 {
      let name = String(decoding: bytes[..<colon], as: UTF8.self)
      var value = bytes[(colon + 1)...]
      while let last = value.last, last <= 32 { value.removeLast() }
      while let first = value.first, first <= 32 { value.removeFirst() }
      headers.append(OutboundHeader(name: name, value: String(decoding: value, as: UTF8.self)))
    }
    return bytes.count
  }
}
