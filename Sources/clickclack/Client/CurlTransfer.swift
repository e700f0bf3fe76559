import CCurl
import Storage

/// Makes one HTTP request with libcurl and waits for the answer: for commands, never on an event loop.
struct CurlTransfer {
  /// A larger answer is refused.
  static let answerBytesMax = 64 * 1024 * 1024
  private static let connectSeconds = 10
  private static let totalSeconds = 60

  struct Answer {
    let status: Int
    let body: [UInt8]
  }

  let method: String
  let url: String
  /// Lines such as `Accept: application/json`; the caller keeps line breaks out.
  let headers: [String]
  var body: [UInt8]?
  let environment: [String: String]

  /// Blocks until the answer is complete.
  ///
  /// - Throws: `CommandFailure` if there is no answer: wrong name, nobody listening, a bad certificate, too slow.
  func run() throws(CommandFailure) -> Answer {
    guard Self.globalStatus == CURLE_OK, let easy = curl_easy_init() else {
      throw CommandFailure("cannot start libcurl")
    }
    defer { curl_easy_cleanup(easy) }
    var list: UnsafeMutablePointer<curl_slist>?
    defer { curl_slist_free_all(list) }
    for header in headers { list = curl_slist_append(list, header) }

    let received = ReceivedBytes(countMax: Self.answerBytesMax)
    let codes = [
      clickclack_easy_set_string(easy, CURLOPT_URL, url),
      clickclack_easy_set_string(easy, CURLOPT_CUSTOMREQUEST, method),
      clickclack_easy_set_string(easy, CURLOPT_PROTOCOLS_STR, "http,https"),
      clickclack_easy_set_string(easy, CURLOPT_USERAGENT, "clickclack/\(VersionCommand.version)"),
      clickclack_easy_set_string(easy, CURLOPT_NOPROXY, Self.withoutProxy(environment)),
      clickclack_easy_set_long(easy, CURLOPT_NOSIGNAL, 1),
      // Without it a segment of dots would be resolved away and another resource asked for.
      clickclack_easy_set_long(easy, CURLOPT_PATH_AS_IS, 1),
      clickclack_easy_set_long(easy, CURLOPT_CONNECTTIMEOUT, Self.connectSeconds),
      clickclack_easy_set_long(easy, CURLOPT_TIMEOUT, Self.totalSeconds),
      clickclack_easy_set_pointer(easy, CURLOPT_HTTPHEADER, list),
      setBody(easy),
      clickclack_easy_set_data_callback(easy, CURLOPT_WRITEFUNCTION, ReceivedBytes.callback),
      clickclack_easy_set_pointer(easy, CURLOPT_WRITEDATA, Unmanaged.passUnretained(received).toOpaque()),
    ]
    guard codes.allSatisfy({ $0 == CURLE_OK }) else { throw CommandFailure("libcurl refuses the request to \(url)") }
    let result = withExtendedLifetime(received) { curl_easy_perform(easy) }
    guard !received.isTooLarge else { throw CommandFailure("the answer of \(url) is too large") }
    guard result == CURLE_OK else {
      throw CommandFailure("no answer from \(url): \(String(cString: curl_easy_strerror(result)))", isTransient: true)
    }
    var status = 0
    clickclack_easy_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
    return Answer(status: status, body: received.bytes)
  }

  private func setBody(_ easy: UnsafeMutableRawPointer) -> CURLcode {
    guard let body else { return CURLE_OK }
    let code = clickclack_easy_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
    guard code == CURLE_OK else { return code }
    // An empty body still needs a pointer; libcurl copies the bytes.
    var bytes = body.isEmpty ? [0] : body
    return bytes.withUnsafeMutableBytes {
      clickclack_easy_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, $0.baseAddress)
    }
  }

  /// A server on this machine is asked directly whatever proxy the environment names.
  static func withoutProxy(_ environment: [String: String]) -> String {
    let configured = environment["no_proxy"] ?? environment["NO_PROXY"] ?? ""
    if configured == "*" { return configured }
    return [configured, "localhost", "127.0.0.1", "::1"].filter { !$0.isEmpty }.joined(separator: ",")
  }

  /// libcurl wants to be set up once per process.
  static let globalStatus = curl_global_init(Int(CURL_GLOBAL_SSL | CURL_GLOBAL_WIN32))
}

/// Gathers the bytes that libcurl hands over, up to a limit.
private final class ReceivedBytes {
  private(set) var bytes: [UInt8] = []
  private(set) var isTooLarge = false
  private let countMax: Int

  init(countMax: Int) { self.countMax = countMax }

  static let callback: clickclack_data_callback = { data, size, count, context in
    guard let data, let context else { return 0 }
    let received = Unmanaged<ReceivedBytes>.fromOpaque(context).takeUnretainedValue()
    return received.append(UnsafeRawBufferPointer(start: data, count: size * count)) ? size * count : 0
  }

  private func append(_ chunk: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count + chunk.count <= countMax else {
      isTooLarge = true
      return false
    }
    bytes.append(contentsOf: chunk)
    return true
  }
}
