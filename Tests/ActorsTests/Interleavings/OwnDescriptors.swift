import DescriptorTable
import Glibc

@testable import Runtime

/// A thread whose table of open files is its own.
///
/// A process that another test starts meanwhile has a copy of every descriptor until it runs its own program. A socket
/// that is closed in that moment stays open a little longer, and its other end learns of it at a time that belongs to the
/// machine and to no seed.
enum OwnDescriptors {
  /// Whether the system lets a thread have that; some containers don't.
  static let arePossible: Bool = {
    do { return try run { descriptor_table_separate() == 0 } } catch { return false }
  }()

  /// Runs a closure on such a thread, or on one that shares its files where the system has it so. What the closure opened
  /// is closed with it; nothing that others opened is there, so no test result may be recorded inside.
  static func use<T: Sendable>(_ body: @escaping @Sendable () throws -> T) throws -> T {
    guard arePossible else { return try run(body) }
    return try run {
      guard descriptor_table_separate() == 0 else { throw SystemError(operation: "unshare", code: errno) }
      return try body()
    }
  }

  private static func run<T: Sendable>(_ body: @escaping @Sendable () throws -> T) throws -> T {
    let result = Shared<Result<T, any Error>?>(nil)
    let thread = try Thread.start(name: "orders") {
      let outcome = Result { try body() }
      result.update { $0 = outcome }
    }
    Thread.join(thread)
    guard let outcome = result.value else { throw TestFailure("the thread ended without a result") }
    return try outcome.get()
  }
}
