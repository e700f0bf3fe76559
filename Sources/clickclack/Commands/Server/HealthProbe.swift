import CCurl

/// One request that asks a server how it is.
struct HealthProbe {
  let url: String
  /// The server's unix socket, if it listens on one.
  let unixPath: String?
  /// False for this machine's own server: its certificate is made out to the name that others use.
  let checksCertificate: Bool
  let timeout: Duration

  /// Aims at a URL such as `http://10.0.0.5:8080`, or at the address a server of this configuration listens on.
  init(url: String?, configuration: Configuration, timeout: Duration) throws(BadValue) {
    self.timeout = timeout
    guard let url else {
      let address = configuration.address
      let anyHosts = ["": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"]
      let host = anyHosts[address.host] ?? address.host
      let authority = host.contains(":") ? "[\(host)]" : host
      let scheme = configuration.speaksTLS ? "https" : "http"
      let origin = address.unixPath == nil ? "\(authority):\(address.port)" : "localhost"
      self.url = "\(scheme)://\(origin)/healthz"
      unixPath = address.unixPath
      checksCertificate = false
      return
    }
    guard let separator = url.firstRange(of: "://") else { throw BadValue("must begin with http:// or https://") }
    let slash = url[separator.upperBound...].firstIndex(of: "/") ?? url.endIndex
    _ = try WebOrigin(parsing: String(url[..<slash]))
    let rest = String(url[slash...])
    guard rest.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { throw BadValue("must not hold spaces") }
    self.url = rest.isEmpty || rest == "/" ? "\(url[..<slash])/healthz" : url
    unixPath = nil
    checksCertificate = true
  }

  /// Blocks until the server answers or the time is up.
  ///
  /// - Returns: the status code.
  /// - Throws: `CommandFailure` that says what did not work.
  func status() throws(CommandFailure) -> Int {
    guard CurlTransfer.globalStatus == CURLE_OK, let easy = curl_easy_init() else {
      throw CommandFailure("cannot start libcurl")
    }
    defer { curl_easy_cleanup(easy) }
    var codes = [
      clickclack_easy_set_string(easy, CURLOPT_URL, url),
      clickclack_easy_set_string(easy, CURLOPT_PROTOCOLS_STR, "http,https"),
      clickclack_easy_set_string(easy, CURLOPT_NOPROXY, "*"),
      clickclack_easy_set_long(easy, CURLOPT_NOSIGNAL, 1),
      clickclack_easy_set_long(easy, CURLOPT_TIMEOUT_MS, Int(max(1, DurationText.milliseconds(timeout)))),
      clickclack_easy_set_long(easy, CURLOPT_SSL_VERIFYPEER, checksCertificate ? 1 : 0),
      clickclack_easy_set_long(easy, CURLOPT_SSL_VERIFYHOST, checksCertificate ? 2 : 0),
      clickclack_easy_set_data_callback(easy, CURLOPT_WRITEFUNCTION, { _, size, count, _ in size * count }),
    ]
    if let unixPath { codes.append(clickclack_easy_set_string(easy, CURLOPT_UNIX_SOCKET_PATH, unixPath)) }
    guard codes.allSatisfy({ $0 == CURLE_OK }) else { throw CommandFailure("libcurl refuses the request to \(url)") }
    let result = curl_easy_perform(easy)
    guard result == CURLE_OK else {
      throw CommandFailure("no answer from \(place): \(String(cString: curl_easy_strerror(result)))")
    }
    var status = 0
    clickclack_easy_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
    return status
  }

  /// Where the server was looked for, for people to read.
  var place: String { unixPath.map { "unix:\($0)" } ?? url }
}
