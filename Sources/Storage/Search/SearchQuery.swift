/// What people type into the search box, made into a full-text query that can only match literally.
///
/// The text is split at white space and control characters. Each word becomes a quoted prefix, so `sleep` finds
/// `sleeps`, and every word must be found. Nothing of it is read as query syntax (sqlite.org/fts5.html#full_text_query_syntax).
public struct SearchQuery: Sendable, Equatable {
  /// Code points that a query may have.
  public static let codePointsMax = 500
  /// Different words that a query may have; each costs a lookup in the index.
  public static let wordsMax = 32

  /// The words to find, each once, in the order they were typed.
  public let words: [String]

  /// Reads what was typed.
  /// - Throws: `StoreError.invalid` when it is too long.
  public init(_ text: String) throws(StoreError) {
    let parts = text.unicodeScalars
      .split { $0.properties.isWhitespace || $0.properties.generalCategory == .control }
    // White space around the words does not count.
    let count = parts.first.flatMap { first in
      parts.last.map { text.unicodeScalars.distance(from: first.startIndex, to: $0.endIndex) }
    }
    guard count ?? 0 <= Self.codePointsMax else {
      throw .invalid("a search may have at most \(Self.codePointsMax) characters")
    }
    var words: [String] = []
    var known: Set<String> = []
    for part in parts where part.contains(where: Self.isIndexed) {
      let word = String(String.UnicodeScalarView(part))
      if known.insert(word).inserted { words.append(word) }
    }
    guard words.count <= Self.wordsMax else {
      throw .invalid("a search may have at most \(Self.wordsMax) different words")
    }
    self.words = words
  }

  /// Whether nothing is left to search for.
  public var isEmpty: Bool { words.isEmpty }

  /// The query in the syntax of FTS5: quoted strings, each with a star for its last token.
  var fts5: String {
    words.map { word in
      let escaped = word.unicodeScalars.reduce(into: "") { text, scalar in
        text.unicodeScalars.append(scalar)
        if scalar == "\"" { text.unicodeScalars.append(scalar) }
      }
      return "\"\(escaped)\"*"
    }
    .joined(separator: " ")
  }

  // The characters of which the tokenizer makes tokens (sqlite.org/fts5.html#unicode61_tokenizer). A word without any
  // would be an empty phrase, which matches nothing.
  private static func isIndexed(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
      .letterNumber, .otherNumber, .privateUse:
      true
    default: false
    }
  }
}
