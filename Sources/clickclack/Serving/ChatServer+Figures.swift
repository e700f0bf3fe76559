import Actors
import Glibc
import HTTP
import Runtime
import Storage

extension ChatServer {
  /// Where the figures of a running server come from.
  struct FigureSources {
    let database: Database
    let realtime: Realtime
    let census: ConnectionCensus
    let activity: ActivityMeter
    let blocking: BlockingPool
    let configuration: Configuration
    let startedAt: Timestamp
  }

  /// Reads all figures; what asks the disk does so on the blocking pool.
  static func figures(_ sources: FigureSources) -> @Sendable () async throws -> ServerFigures {
    return {
      let path = sources.configuration.databasePath
      let disk = try await sources.blocking.perform {
        (database: byteCount(path), wal: byteCount(path + "-wal"), free: freeBytes(path))
      }
      let rates = sources.activity.rates()
      let counters = sources.realtime.counters
      var figures = ServerFigures()
      figures.version = VersionCommand.version
      figures.startedAt = sources.startedAt
      figures.connectionsOpen = sources.census.snapshot.open
      figures.connectionsMax = sources.configuration.connectionsMax
      figures.webSockets = counters.subscribers - counters.eventStreams
      figures.eventStreams = counters.eventStreams
      figures.messagesPerSecond = rates.messagesPerSecond
      figures.writesPerSecond = rates.writesPerSecond
      figures.writesPerCommit = rates.writesPerCommit
      figures.writesWaiting = sources.database.writer.counters.waiting
      figures.deliveries = counters.delivered
      figures.slowSubscribers = counters.slowConsumers
      figures.databaseBytes = disk.database
      figures.walBytes = disk.wal
      figures.freeBytes = disk.free
      figures.memoryBytes = Int64(ProcessFacts.residentBytes ?? 0)
      return figures
    }
  }

  /// The size of a file; 0 when there is none, such as a log that was just removed.
  private static func byteCount(_ path: String) -> Int64 {
    var status = stat()
    return stat(path, &status) == 0 ? Int64(status.st_size) : 0
  }

  /// What unprivileged processes may still write to the disk of a file.
  private static func freeBytes(_ path: String) -> Int64 {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { return 0 }
    return Int64(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize))
  }
}
