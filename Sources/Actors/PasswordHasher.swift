import Runtime
import Storage

/// Hashes and compares passwords on threads of its own, so that no event loop waits and memory is bounded: as many
/// computations at a time as there are threads, each with the memory that `Argon2id` takes.
public final class PasswordHasher: Sendable {
  private let hashing: Argon2id
  private let pool: BlockingPool

  /// Makes a hasher.
  /// - Parameters:
  ///   - threadsMax: Computations at a time.
  ///   - waitingMax: Computations that wait for a thread; further ones are refused.
  public init(_ hashing: Argon2id, threadsMax: Int, waitingMax: Int) {
    self.hashing = hashing
    pool = BlockingPool(name: "passwords", threadsMax: threadsMax, queueMax: waitingMax)
  }

  /// A new hash with a random salt.
  /// - Throws: `StoreError.unavailable` when too many wait, `Argon2id.Failure`.
  public func hash(_ password: Password) async throws -> String {
    try await perform { [hashing] in try hashing.hash(password) }
  }

  /// Whether a password is the one that was hashed. Without a hash the answer is no after the same work, so that how
  /// long it takes does not tell whether there is one.
  /// - Throws: `StoreError.unavailable` when too many wait, `Argon2id.Failure`.
  public func matches(_ password: Password, _ hash: String?) async throws -> Bool {
    try await perform { [hashing] in
      if let hash { return try Argon2id.matches(password, hash) }
      _ = try hashing.hash(password)
      return false
    }
  }

  /// The password hashed anew, when the cost has changed since its hash was made; otherwise nil.
  /// - Throws: `StoreError.unavailable` when too many wait, `Argon2id.Failure`.
  public func renewed(_ password: Password, _ hash: String) async throws -> String? {
    hashing.made(hash) ? nil : try await self.hash(password)
  }

  /// Ends the threads. Called from outside the pool.
  public func shutdown() { pool.shutdown() }

  private func perform<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    do {
      return try await pool.run(body)
    } catch is BlockingPool.Error {
      throw StoreError(.unavailable, "too many passwords are being checked; try again in a moment")
    }
  }
}
