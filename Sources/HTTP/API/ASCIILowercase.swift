extension String {
  /// The text with its ASCII letters in lower case: how names of hosts, schemes and header fields compare.
  var asciiLowercased: String { String(decoding: utf8.map(\.asciiLowercased), as: UTF8.self) }
}
