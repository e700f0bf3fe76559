/// Cleans up text that people type.
public enum PlainText {
  /// The text without white space at either end (Unicode's White_Space property).
  public static func trimmed(_ text: String) -> String {
    var rest = text.unicodeScalars[...]
    while let first = rest.first, first.properties.isWhitespace { rest.removeFirst() }
    while let last = rest.last, last.properties.isWhitespace { rest.removeLast() }
    return String(rest)
  }

  /// A name as people see it: trimmed, without control characters and without what has no look of its own but changes
  /// how names look or compare, such as marks that reverse text or have no width (Default_Ignorable_Code_Point). Joiners
  /// and variation selectors stay where they belong, behind a letter or a picture that they may shape.
  public static func visible(_ text: String) -> String {
    var kept = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x200C, 0x200D:
        // Nothing in ASCII joins.
        guard let last = kept.last, !last.isASCII, !last.properties.isWhitespace,
          !last.properties.isDefaultIgnorableCodePoint || last.isPresentation
        else { continue }
      case 0xFE00...0xFE0F:
        guard let last = kept.last, !last.properties.isWhitespace, !last.properties.isDefaultIgnorableCodePoint else {
          continue
        }
      default:
        if scalar.properties.isDefaultIgnorableCodePoint { continue }
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator:
          // A line break separates words.
          kept.append(" ")
          continue
        case .format: continue
        default: break
        }
      }
      kept.append(scalar)
    }
    while let last = kept.last, last.isJoiner || last.properties.isWhitespace { kept.removeLast() }
    let name = trimmed(String(kept))
    return name.unicodeScalars.allSatisfy(\.isBlank) ? "" : name
  }

  /// The longest beginning of the text that has at most `bytesMax` bytes of UTF-8 and ends between characters.
  static func prefix(_ text: String, bytesMax: Int) -> String {
    guard text.utf8.count > bytesMax else { return text }
    var result = ""
    for character in text {
      guard result.utf8.count + character.utf8.count <= bytesMax else { break }
      result.append(character)
    }
    return result
  }
}

extension Unicode.Scalar {
  /// Whether nothing is seen of it although it has a width: white space, and the pattern of Braille without dots.
  fileprivate var isBlank: Bool { properties.isWhitespace || value == 0x2800 }

  /// Whether it joins what is before and after it, or keeps them apart (Join_Control).
  fileprivate var isJoiner: Bool { value == 0x200C || value == 0x200D }

  /// Whether it chooses between the forms of a picture (Variation_Selector).
  fileprivate var isPresentation: Bool { (0xFE00...0xFE0F).contains(value) }
}
