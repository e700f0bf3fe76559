import Storage
import Testing

@testable import Actors

@Suite struct PasswordHasherTests {
  let hashing = Argon2id(memoryKibibytes: 64, passes: 1)

  @Test func withoutAHashTheAnswerIsNo() async throws {
    let hasher = PasswordHasher(hashing, threadsMax: 1, waitingMax: 4)
    let password = try Password("correct horse battery staple")
    let hash = try await hasher.hash(password)
    #expect(try await hasher.matches(password, hash))
    #expect(try await hasher.matches(password, nil) == false)
    #expect(try await hasher.renewed(password, hash) == nil)
    let dearer = PasswordHasher(Argon2id(memoryKibibytes: 128, passes: 1), threadsMax: 1, waitingMax: 4)
    let renewed = try #require(try await dearer.renewed(password, hash))
    #expect(renewed.contains("m=128,t=1"))
    #expect(try await hasher.matches(password, renewed))
    hasher.shutdown()
    dearer.shutdown()
  }

  @Test func whatIsTooMuchIsRefusedAndTheRestIsDone() async throws {
    let hasher = PasswordHasher(Argon2id(memoryKibibytes: 8 << 10, passes: 4), threadsMax: 1, waitingMax: 2)
    let password = try Password("correct horse battery staple")
    let outcomes = try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<32 {
        group.addTask {
          do {
            _ = try await hasher.hash(password)
            return true
          } catch let error as StoreError where error.kind == .unavailable {
            return false
          }
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(outcomes.contains(true) && outcomes.contains(false))
    #expect(try await hasher.matches(password, try await hasher.hash(password)))
    hasher.shutdown()
  }

  @Test func afterTheEndNothingIsHashed() async throws {
    let hasher = PasswordHasher(hashing, threadsMax: 1, waitingMax: 4)
    hasher.shutdown()
    await #expect(throws: StoreError.self) { try await hasher.hash(try Password("something long")) }
  }
}
