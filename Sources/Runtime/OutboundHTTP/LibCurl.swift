import CCurl

/// libcurl as a whole.
enum LibCurl {
  /// Its own once-per-process initialisation; false if it cannot be used.
  static let isInitialized = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK
}
