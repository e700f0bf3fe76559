import SeededRandom

/// Words to write messages from and to search for: a few are in most messages, most are in few, as in any language.
struct ChatVocabulary {
  private static let syllables = [
    "ba", "ce", "di", "fo", "gu", "ha", "ke", "li", "mo", "nu", "pa", "re", "si", "to", "vu", "za",
  ]
  private static let count = 4096

  private let words: [String]
  private let frequency = Zipf(count: count, exponent: 1)

  init() {
    // Three syllables per number, so that all words differ.
    words = (0..<Self.count).map { number in
      Self.syllables[number & 15] + Self.syllables[number >> 4 & 15] + Self.syllables[number >> 8]
    }
  }

  /// A word as people write it: mostly a common one.
  func word(using generator: inout SeededGenerator) -> String {
    words[frequency.draw(using: &generator)]
  }

  /// A word as people search for it: mostly one that tells messages apart.
  func wantedWord(using generator: inout SeededGenerator) -> String {
    words[Int.random(in: 0..<words.count, using: &generator)]
  }

  /// Words with spaces between them that need no escaping in JSON, about `bytes` bytes in all.
  func text(bytes: Int, using generator: inout SeededGenerator) -> String {
    var text = word(using: &generator)
    while text.utf8.count + 7 <= bytes {
      text += " "
      text += word(using: &generator)
    }
    return text
  }
}
