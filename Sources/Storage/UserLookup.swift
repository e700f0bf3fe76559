import Glibc

/// The users named by the rows of one page, each read and encoded once.
///
/// Belongs to one read on its connection's thread; never kept. It holds at most as many users as a page has messages.
struct UserLookup {
  private let db: any SQLConnection
  private var users: [UserID: User] = [:]
  // Few people write on one page: comparing bytes costs less than making and hashing a string for every row.
  private var encoded: [(id: [UInt8], json: [UInt8])] = []

  init(_ db: any SQLConnection) { self.db = db }

  /// A user, or nil when there is none.
  mutating func user(_ id: UserID) throws -> User? {
    if let known = users[id] { return known }
    let found = try Self.find(id, db)
    users[id] = found
    return found
  }

  /// Writes the user whose identifier is in a column as a field; nothing when there is no such user.
  mutating func write(
    _ name: StaticString, _ row: borrowing SQLRow, _ column: Int32, to json: inout JSONWriter
  ) throws {
    if let index = row.withUTF8(column, index(of:)) {
      json.key(name)
      json.raw(encoded[index].json)
    } else if let user = try Self.find(row.text(column), db) {
      let bytes = user.json
      encoded.append((Array(user.id.utf8), bytes))
      json.key(name)
      json.raw(bytes)
    }
  }

  private func index(of id: UnsafeBufferPointer<UInt8>) -> Int? {
    encoded.firstIndex { known in
      known.id.withUnsafeBufferPointer { known in
        guard known.count == id.count, let left = known.baseAddress, let right = id.baseAddress else { return false }
        return memcmp(left, right, id.count) == 0
      }
    }
  }

  static func find(_ id: UserID, _ db: any SQLConnection) throws -> User? {
    try db.first(query, [.text(id)]) { User(row: $0, from: 0) }
  }

  private static let query = "SELECT \(User.columns("u")) FROM users u WHERE u.id = ?1"
}
