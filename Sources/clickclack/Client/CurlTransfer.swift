import CCurl
import Storage

/// Makes one HTTP request with libcurl and waits for the answer: for commands, never on an event loop.
struct CurlTransfer {
  /// A larger answer is refused.
  static let answerBytesMax = 64 * 1024 * 1024
  private static let connectSeconds = 10
  private static let totalSeconds = 60

  private static let stallSeconds = 60

  /// What is sent besides the header.
  enum Body {
    case none
    case json(JSONValue)
    /// Takes as long as it takes, but not a minute without progress.
    case form(UploadForm)
  }

  struct Answer {
    let status: Int
    let body: [UInt8]
  }

  let method: String
  let url: String
  /// Lines such as `Accept: application/json`; the caller keeps line breaks out.
  let headers: [String]
  var body = Body.none
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
    if case .json = body { list = curl_slist_append(list, "Content-Type: application/json") }
    var mime: OpaquePointer?
    if case .form(let form) = body { mime = form.mime(for: easy) }
    defer { curl_mime_free(mime) }

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
      limitTime(easy),
      clickclack_easy_set_pointer(easy, CURLOPT_HTTPHEADER, list),
      setBody(easy, mime),
      clickclack_easy_set_data_callback(easy, CURLOPT_WRITEFUNCTION, ReceivedBytes.callback),
      clickclack_easy_set_pointer(easy, CURLOPT_WRITEDATA, Unmanaged.passUnretained(received).toOpaque()),
    ]
    guard codes.allSatisfy({ $0 == CURLE_OK }) else { throw CommandFailure("libcurl refuses the request to \(url)") }
    let result = withExtendedLifetime((received, body)) { curl_easy_perform(easy) }
    guard !received.isTooLarge else {
      throw CommandFailure("the answer of \(url) is too large", exitCode: .notUnderstood)
    }
    if case .form(let form) = body, let failure = form.file.failure { throw failure }
    var status = 0
    clickclack_easy_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
    // A server may refuse a body before it has read all of it and hang up: then its words matter, not the broken pipe.
    let isRefused = result == CURLE_SEND_ERROR && status >= 400
    guard result == CURLE_OK || isRefused else {
      throw CommandFailure(
        "no answer from \(url): \(String(cString: curl_easy_strerror(result)))", exitCode: .unreachable)
    }
    return Answer(status: status, body: received.bytes)
  }

  private func setBody(_ easy: UnsafeMutableRawPointer, _ mime: OpaquePointer?) -> CURLcode {
    switch body {
    case .none: return CURLE_OK
    case .form:
      guard let mime else { return CURLE_OUT_OF_MEMORY }
      return clickclack_easy_set_pointer(easy, CURLOPT_MIMEPOST, UnsafeMutableRawPointer(mime))
    case .json(let document):
      var bytes = document.json
      let code = clickclack_easy_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count))
      guard code == CURLE_OK else { return code }
      // libcurl copies the bytes.
      return bytes.withUnsafeMutableBytes {
        clickclack_easy_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, $0.baseAddress)
      }
    }
  }

  private func limitTime(_ easy: UnsafeMutableRawPointer) -> CURLcode {
    guard case .form = body else { return clickclack_easy_set_long(easy, CURLOPT_TIMEOUT, Self.totalSeconds) }
    let code = clickclack_easy_set_long(easy, CURLOPT_LOW_SPEED_LIMIT, 1)
    return code == CURLE_OK ? clickclack_easy_set_long(easy, CURLOPT_LOW_SPEED_TIME, Self.stallSeconds) : code
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
