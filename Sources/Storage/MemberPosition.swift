import FoundationEssentials

/// Where a page of a workspace's members ended, and what it was a page of. Clients see it as opaque text.
struct MemberPosition: Codable, Equatable {
  static let cursorBytesMax = 4_096

  let rank: Int64
  let name: String
  let handle: String
  let userID: UserID
  let query: String
  let role: String?

  init(rank: Int64, name: String, handle: String, userID: UserID, query: String, role: String?) {
    self.rank = rank
    self.name = name
    self.handle = handle
    self.userID = userID
    self.query = query
    self.role = role
  }

  /// Reads what `cursor` wrote.
  /// - Throws: `StoreError.invalid` for anything else, or the place in another list.
  init(cursor: String, query: String, role: Role?) throws {
    let standard = cursor.replacing("-", with: "+").replacing("_", with: "/")
    let padding = String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4)
    guard cursor.utf8.count <= Self.cursorBytesMax, let data = Data(base64Encoded: standard + padding) else {
      throw StoreError.invalid("the cursor is not one of this list")
    }
    do {
      self = try JSONText.decode(MemberPosition.self, from: Array(data))
    } catch {
      throw StoreError.invalid("the cursor is not one of this list")
    }
    guard self.query == query, self.role == role?.rawValue else {
      throw StoreError.invalid("the cursor belongs to another search")
    }
  }

  /// What a client sends back to go on here.
  func cursor() throws -> String {
    try JSONEncoder().encode(self).base64EncodedString()
      .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }
}
