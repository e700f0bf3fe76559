import Storage

/// A store that waits for something before it reads a page of a replay.
struct PagedStore: Store {
  let base: any Store
  /// Called with the number of the page, from 1.
  let beforePage: @Sendable (Int) async throws -> Void
  private let pages = Shared(0)

  init(_ base: any Store, beforePage: @escaping @Sendable (Int) async throws -> Void) {
    self.base = base
    self.beforePage = beforePage
  }

  func write<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T {
    try await base.write(body)
  }

  func read<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
    try await base.read(body)
  }

  func read<T: Sendable>(
    for person: UserID, _ body: @escaping @Sendable (any SQLConnection) throws -> T
  ) async throws -> T {
    pages.update { $0 += 1 }
    try await beforePage(pages.value)
    return try await base.read(for: person, body)
  }
}
