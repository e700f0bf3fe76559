/// Where a page of search results ended: opaque to clients, good for the same search only.
struct SearchCursor: Equatable {
  /// A search gives out no more results than this.
  static let givenMax = 5_000

  /// The newest message that the first page knew; later ones never move the pages that follow.
  var newest: Int64
  /// The last result that was given out.
  var last: Int64
  /// How many results were given out, for the case that the last one is gone.
  var given: Int

  /// Its text: three numbers in hexadecimal.
  var text: String {
    [newest, last, Int64(given)].map { String($0, radix: 16) }.joined(separator: "-")
  }

  init(newest: Int64, last: Int64, given: Int) {
    self.newest = newest
    self.last = last
    self.given = given
  }

  /// Reads a cursor.
  /// - Throws: `StoreError.invalid` when this server did not make it.
  init(_ text: String) throws(StoreError) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int64($0, radix: 16) }
    guard parts.count == 3, let newest = parts[0], let last = parts[1], let given = parts[2], newest >= 0, last >= 0,
      (0...Int64(Self.givenMax)).contains(given)
    else { throw .invalid("the cursor is not one of this search") }
    self.init(newest: newest, last: last, given: Int(given))
  }
}
