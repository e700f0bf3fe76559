/// Decides when the work of executors runs, in place of threads of their own: a test runs one piece at a time, in an
/// order that it chooses and can repeat.
public protocol WorkSchedule: Sendable {
  /// Takes the next piece of work of an executor, from any thread. The pieces of one executor are run in the order of
  /// the calls, never two at a time.
  func add(_ work: @escaping @Sendable () -> Void, of executor: any SerialExecutor)
}
