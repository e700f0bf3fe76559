import Runtime
import Synchronization

/// Keeps the records it receives.
final class RecordingLogHandler: LogHandler {
  let records = Mutex<[Logger.Record]>([])
  func log(_ record: Logger.Record) { records.withLock { $0.append(record) } }
}
