/// Finds the word that a mistyped one was probably meant to be.
enum Suggestion {
  private static let wordLengthMax = 64

  /// The closest candidate if it is close enough to be worth proposing.
  static func closest(to word: String, among candidates: [String]) -> String? {
    guard word.count <= wordLengthMax else { return nil }
    let ranked = candidates.map { (candidate: $0, distance: distance(word, $0)) }
    guard let best = ranked.min(by: { $0.distance < $1.distance }) else { return nil }
    let tolerance = max(1, word.count / 3)
    return best.distance <= tolerance ? best.candidate : nil
  }

  /// Text to append to an error, empty if nothing is close.
  static func text(for word: String, among candidates: [String], prefix: String = "") -> String {
    closest(to: word, among: candidates).map { "; did you mean '\(prefix)\($0)'?" } ?? ""
  }

  /// Edits (insert, remove, replace, swap of neighbours) that turn one word into the other.
  static func distance(_ left: String, _ right: String) -> Int {
    let left = Array(left.lowercased())
    let right = Array(right.lowercased())
    var beforePrevious: [Int] = []
    var previous = Array(0...right.count)
    for (row, character) in left.enumerated() {
      var current = [row + 1]
      for (column, other) in right.enumerated() {
        var cost = min(previous[column + 1] + 1, current[column] + 1, previous[column] + (character == other ? 0 : 1))
        if row > 0, column > 0, character == right[column - 1], left[row - 1] == other {
          cost = min(cost, beforePrevious[column - 1] + 1)
        }
        current.append(cost)
      }
      (beforePrevious, previous) = (previous, current)
    }
    return previous[right.count]
  }
}
