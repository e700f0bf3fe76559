/// What an executor's queue holds: a job of the Swift runtime, or a plain closure.
enum Work: Sendable {
  case job(UnownedJob)
  case closure(@Sendable () -> Void)
  /// A slot whose work has been taken out to run.
  case taken
}
