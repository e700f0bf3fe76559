import CCurl
import Synchronization

// Unchecked: one thread makes it, runs it and drops it; only `isCancelled` is touched by others, and it is atomic.
/// One message on its way to a mail server, by libcurl. Blocks the thread that runs it.
final class SMTPTransfer: @unchecked Sendable {
  private let server: SMTPServer
  private let from: MailAddress
  private let to: MailAddress
  private let message: [UInt8]
  private var offset = 0
  private let isCancelled = Atomic<Bool>(false)

  init(_ message: MailMessage, by server: SMTPServer) {
    self.server = server
    from = message.from
    to = message.to
    self.message = message.bytes
  }

  /// Ends the transfer soon, from any thread.
  func cancel() { isCancelled.store(true, ordering: .relaxed) }

  /// Sends the message.
  /// - Throws: `SMTPError`.
  func run() throws(SMTPError) {
    guard LibCurl.isInitialized, let easy = curl_easy_init() else { throw SMTPError("libcurl can't be used") }
    defer { curl_easy_cleanup(easy) }
    guard let recipients = curl_slist_append(nil, "<\(to)>") else { throw SMTPError("libcurl is out of memory") }
    defer { curl_slist_free_all(recipients) }
    // libcurl writes the reason of a failure here.
    let reason = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    reason.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    defer { reason.deallocate() }
    _ = clickclack_easy_set_pointer(easy, CURLOPT_ERRORBUFFER, reason)
    _ = clickclack_easy_set_pointer(easy, CURLOPT_MAIL_RCPT, recipients)
    _ = clickclack_easy_set_string(easy, CURLOPT_MAIL_FROM, "<\(from)>")
    setConnection(easy)
    setUpload(easy)
    let code = curl_easy_perform(easy)
    guard code != CURLE_OK else { return }
    var status = 0
    _ = clickclack_easy_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
    let text = reason.pointee == 0 ? String(cString: curl_easy_strerror(code)) : String(cString: reason)
    // 55x is about the message or its recipient; other refusals are about the account or the connection (RFC 5321,
    // section 4.2.3), which the operator can put right meanwhile.
    throw SMTPError(
      "the mail server did not take the message: \(text)",
      isPermanent: (550...559).contains(status) && code != CURLE_LOGIN_DENIED)
  }

  private func setConnection(_ easy: UnsafeMutableRawPointer) {
    _ = clickclack_easy_set_string(easy, CURLOPT_URL, server.url)
    _ = clickclack_easy_set_string(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps")
    _ = clickclack_easy_set_string(easy, CURLOPT_PROXY, "")
    let tls = server.security == .plain ? CURLUSESSL_NONE : CURLUSESSL_ALL
    _ = clickclack_easy_set_long(easy, CURLOPT_USE_SSL, Int(tls.rawValue))
    _ = clickclack_easy_set_long(easy, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
    if let file = server.authorityFile { _ = clickclack_easy_set_string(easy, CURLOPT_CAINFO, file) }
    if !server.username.isEmpty {
      _ = clickclack_easy_set_string(easy, CURLOPT_USERNAME, server.username)
      _ = clickclack_easy_set_string(easy, CURLOPT_PASSWORD, server.password)
    }
    _ = clickclack_easy_set_long(easy, CURLOPT_NOSIGNAL, 1)
    _ = clickclack_easy_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, server.connectMilliseconds)
    _ = clickclack_easy_set_long(easy, CURLOPT_TIMEOUT_MS, server.totalMilliseconds)
  }

  private func setUpload(_ easy: UnsafeMutableRawPointer) {
    let me = Unmanaged.passUnretained(self).toOpaque()
    _ = clickclack_easy_set_long(easy, CURLOPT_UPLOAD, 1)
    _ = clickclack_easy_set_offset(easy, CURLOPT_INFILESIZE_LARGE, curl_off_t(message.count))
    _ = clickclack_easy_set_pointer(easy, CURLOPT_READDATA, me)
    _ = clickclack_easy_set_data_callback(easy, CURLOPT_READFUNCTION) { buffer, size, count, data in
      guard let buffer, let data else { return Int(CURL_READFUNC_ABORT) }
      let transfer = Unmanaged<SMTPTransfer>.fromOpaque(data).takeUnretainedValue()
      return transfer.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: size * count))
    }
    // libcurl asks about once a second whether to go on.
    _ = clickclack_easy_set_long(easy, CURLOPT_NOPROGRESS, 0)
    _ = clickclack_easy_set_pointer(easy, CURLOPT_XFERINFODATA, me)
    _ = clickclack_easy_set_progress(easy) { data, _, _, _, _ in
      guard let data else { return 0 }
      let transfer = Unmanaged<SMTPTransfer>.fromOpaque(data).takeUnretainedValue()
      return transfer.isCancelled.load(ordering: .relaxed) ? 1 : 0
    }
  }

  private func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let piece = message[offset..<min(offset + buffer.count, message.count)]
    buffer.copyBytes(from: piece)
    offset += piece.count
    return piece.count
  }
}
