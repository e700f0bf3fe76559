/// The users named by the rows of one page, each read and encoded once.
///
/// Belongs to one read on its connection's thread; never kept.
struct UserLookup {
  private let db: any SQLConnection
  private var users: [UserID: User] = [:]
  private var encoded: [UserID: [UInt8]] = [:]
  // Runs of messages by one author are common: the last one is found by comparing bytes.
  private var lastID: [UInt8]?
  private var lastJSON: [UInt8] = []

  init(_ db: any SQLConnection) { self.db = db }

  /// A user, or nil when there is none.
  mutating func user(_ id: UserID) throws -> User? {
    if let known = users[id] { return known }
    let found = try Self.find(id, db)
    users[id] = found
    return found
  }

  /// Writes the user whose identifier is in a column as a field; nothing when the column is NULL.
  mutating func write(
    _ name: StaticString, _ row: borrowing SQLRow, _ column: Int32, to json: inout JSONWriter
  ) throws {
    let isLast = row.withUTF8(column) { bytes in lastID.map { $0.elementsEqual(bytes) } ?? false }
    if !isLast {
      let id = row.text(column)
      guard !id.isEmpty else { return }
      if let known = encoded[id] {
        lastJSON = known
      } else {
        guard let user = try user(id) else { return }
        lastJSON = user.json
        encoded[id] = lastJSON
      }
      lastID = Array(id.utf8)
    }
    json.key(name)
    json.raw(lastJSON)
  }

  static func find(_ id: UserID, _ db: any SQLConnection) throws -> User? {
    try db.first("SELECT \(User.columns("u")) FROM users u WHERE u.id = ?1", [.text(id)]) { User(row: $0, from: 0) }
  }
}
