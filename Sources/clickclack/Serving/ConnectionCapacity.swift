import Runtime

/// How many connections fit into the limit of open files, so that clients are told 503 before the database, uploads and
/// calls to other services find no descriptor left.
struct ConnectionCapacity: Equatable {
  /// Connections that are served at a time.
  let served: Int
  /// Connections beyond those that are open at a time to be told that there is no room.
  let refused: Int
  /// Files that uploads under way may have open at a time; downloads as many again.
  let files: Int

  /// What is left for everything that is not a connection: some, and a share for files of uploads and downloads.
  private static let reserved = 64
  private static let filesShare = 8
  private static let refusedMax = 256
  private static let refusedShare = 16

  /// - Parameters:
  ///   - wanted: `connections_max`.
  ///   - descriptors: The process's limit on open files.
  init(wanted: Int, descriptors: Int) {
    files = max(1, descriptors / Self.filesShare / 2)
    refused = min(Self.refusedMax, max(1, descriptors / Self.refusedShare))
    served = max(1, min(wanted, descriptors - Self.reserved - descriptors / Self.filesShare - refused))
  }
}
