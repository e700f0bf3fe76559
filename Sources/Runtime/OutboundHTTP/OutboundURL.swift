import CCurl

/// The parts of an absolute URL that matter for outbound requests, as libcurl parses it, so that the check and the
/// connection cannot disagree about the host.
struct OutboundURL: Hashable {
  let scheme: String
  let host: String
  let port: String

  init(_ text: String) throws(OutboundHTTPError) {
    guard !text.utf8.contains(0), let handle = curl_url() else { throw .invalidRequest("the URL is malformed") }
    defer { curl_url_cleanup(handle) }
    let flags = UInt32(CURLU_NON_SUPPORT_SCHEME)
    guard curl_url_set(handle, CURLUPART_URL, text, flags) == CURLUE_OK,
      let scheme = Self.part(CURLUPART_SCHEME, of: handle)?.lowercased()
    else { throw .invalidRequest("the URL is malformed") }
    guard scheme == "http" || scheme == "https" else { throw .unsupportedScheme(scheme) }
    guard let host = Self.part(CURLUPART_HOST, of: handle)?.lowercased(), !host.isEmpty else {
      throw .invalidRequest("the URL is malformed")
    }
    self.scheme = scheme
    self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
    port = Self.part(CURLUPART_PORT, of: handle, flags: UInt32(CURLU_DEFAULT_PORT)) ?? ""
  }

  private static func part(_ part: CURLUPart, of handle: OpaquePointer, flags: UInt32 = 0) -> String? {
    var text: UnsafeMutablePointer<CChar>?
    guard curl_url_get(handle, part, &text, flags) == CURLUE_OK, let text else { return nil }
    defer { curl_free(text) }
    return String(cString: text)
  }
}
