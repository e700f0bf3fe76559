/// Where work goes that reaches an executor after its thread has ended: one shared thread, so it stays serial.
///
/// Without it a task that awaits an actor of a stopped loop would hang for ever, and so would everybody awaiting the task.
enum LateWork {
  static let thread = DedicatedThread(name: "late-work")
}
