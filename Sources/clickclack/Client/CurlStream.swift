import CCurl
import Glibc

/// A plain or TLS byte stream to a server: libcurl connects, checks the certificate and goes through proxies.
///
/// For commands: it blocks, but never longer than the caller allows. Not for several threads.
final class CurlStream {
  private let easy: UnsafeMutableRawPointer
  private var socket: curl_socket_t = -1
  private static let connectSeconds = 10
  private static let sendMilliseconds: Int32 = 10_000
  private static let chunkBytes = 64 * 1024

  /// Connects to the host and port of a URL; its path plays no role.
  ///
  /// - Throws: `CommandFailure`, worth another try.
  init(_ url: String, environment: [String: String]) throws(CommandFailure) {
    guard CurlTransfer.globalStatus == CURLE_OK, let easy = curl_easy_init() else {
      throw CommandFailure("cannot start libcurl")
    }
    self.easy = easy
    let codes = [
      clickclack_easy_set_string(easy, CURLOPT_URL, url),
      clickclack_easy_set_string(easy, CURLOPT_PROTOCOLS_STR, "http,https"),
      clickclack_easy_set_string(easy, CURLOPT_NOPROXY, CurlTransfer.withoutProxy(environment)),
      clickclack_easy_set_long(easy, CURLOPT_NOSIGNAL, 1),
      clickclack_easy_set_long(easy, CURLOPT_CONNECTTIMEOUT, Self.connectSeconds),
      clickclack_easy_set_long(easy, CURLOPT_CONNECT_ONLY, 1),
      // An upgrade to WebSocket exists in HTTP/1.1 only, so nothing else may be negotiated.
      clickclack_easy_set_long(easy, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1)),
    ]
    guard codes.allSatisfy({ $0 == CURLE_OK }) else { throw CommandFailure("libcurl refuses to connect to \(url)") }
    let result = curl_easy_perform(easy)
    guard result == CURLE_OK, clickclack_easy_get_socket(easy, &socket) == CURLE_OK, socket >= 0 else {
      throw CommandFailure(
        "no answer from \(url): \(String(cString: curl_easy_strerror(result)))", exitCode: .unreachable)
    }
  }

  deinit { curl_easy_cleanup(easy) }

  /// Sends every byte.
  ///
  /// - Throws: `CommandFailure`, worth another try, if the connection is lost or the peer reads nothing.
  func send(_ bytes: [UInt8]) throws(CommandFailure) {
    var offset = 0
    while offset < bytes.count {
      var count = 0
      let code = bytes[offset...].withUnsafeBytes { curl_easy_send(easy, $0.baseAddress, $0.count, &count) }
      offset += count
      if code == CURLE_AGAIN {
        guard wait(for: POLLOUT, milliseconds: Self.sendMilliseconds) else { throw Self.lost }
      } else if code != CURLE_OK {
        throw Self.lost
      }
    }
  }

  /// Waits for bytes, at most the given time; empty when the time is up.
  ///
  /// - Throws: `CommandFailure`, worth another try, when the connection has ended.
  func receive(milliseconds: Int) throws(CommandFailure) -> [UInt8] {
    var chunk = [UInt8](repeating: 0, count: Self.chunkBytes)
    var isFirst = true
    while true {
      var count = 0
      let code = curl_easy_recv(easy, &chunk, chunk.count, &count)
      switch code {
      case CURLE_OK where count > 0: return Array(chunk[..<count])
      case CURLE_AGAIN:
        // TLS may hold decrypted bytes back, so reading comes before waiting.
        guard isFirst, wait(for: POLLIN, milliseconds: Int32(clamping: milliseconds)) else { return [] }
        isFirst = false
      default: throw Self.lost
      }
    }
  }

  private func wait(for events: Int32, milliseconds: Int32) -> Bool {
    var poller = pollfd(fd: socket, events: Int16(events), revents: 0)
    return poll(&poller, 1, max(0, milliseconds)) > 0
  }

  private static let lost = CommandFailure("the connection to the server is lost", exitCode: .unreachable)
}
