/// Makes text of the pieces that parsers and rules for names stumble over.
enum HostileText {
  private static let pieces = [
    "a", "Z", "0", "-", "_", ".", "..", "/", "\\", "@", " ", "\t", "\u{0}", "\u{a0}", "\u{3000}", "\u{301}", "e\u{301}",
    "\u{e9}", "\u{200b}", "\u{200e}", "\u{202e}", "\u{2066}", "\u{feff}", "а", "ο", "ａ", "①", "ß", "İ", "\u{212a}",
    "\u{1f468}\u{200d}\u{1f469}", "\u{fffd}", "\u{85}", "\u{7f}", "\u{e000}", "\u{10ffff}", "aaaaaaaaaaaaaaaaaaaa",
  ]

  /// Up to so many pieces.
  static func random(upTo count: Int, using generator: inout SplitMix64) -> String {
    var text = ""
    for _ in 0..<Int.random(in: 0...count, using: &generator) {
      text += pieces[Int.random(in: 0..<pieces.count, using: &generator)]
    }
    return text
  }
}
