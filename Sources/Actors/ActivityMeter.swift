import Storage
import Synchronization

/// Tells how busy the server has been during the last minute, from counters that are sampled every few seconds.
public final class ActivityMeter: CommitObserver {
  /// What is counted.
  public struct Totals: Sendable, Equatable {
    /// Messages and replies written.
    public var messages: UInt64 = 0
    /// Writes committed.
    public var writes: UInt64 = 0
    /// Commits, each of a group of writes.
    public var commits: UInt64 = 0
    /// None.
    public init() {}
  }

  /// How much happened, on average.
  public struct Rates: Sendable, Equatable {
    /// Messages and replies per second.
    public var messagesPerSecond = 0.0
    /// Writes per second.
    public var writesPerSecond = 0.0
    /// Writes in a commit.
    public var writesPerCommit = 0.0
  }

  /// How often `sample` is to be called, in milliseconds.
  public static let intervalMilliseconds: UInt64 = 5_000
  /// Samples that are kept: a minute of them.
  static let samplesMax = 12

  private struct State {
    var messages: UInt64 = 0
    var samples: [(at: ContinuousClock.Instant, totals: Totals)] = []
  }
  private let state = Mutex(State())
  private let writer: @Sendable () -> DatabaseWriter.Counters

  /// Makes a meter that asks the writer for its counters.
  public init(writer: @escaping @Sendable () -> DatabaseWriter.Counters) { self.writer = writer }

  /// Counts the messages of a commit. On the writer's thread.
  public func committed(_ batch: CommitBatch) {
    let count = batch.events.count {
      $0.type == EventType.messageCreated.rawValue || $0.type == EventType.threadReplyCreated.rawValue
    }
    if count > 0 { state.withLock { $0.messages += UInt64(count) } }
  }

  /// What other processes write is not counted.
  public func changedByAnotherProcess() {}

  /// Notes the counters as of now. Called from a timer.
  public func sample(at now: ContinuousClock.Instant = .now) {
    let totals = totals
    state.withLock { state in
      state.samples.append((now, totals))
      if state.samples.count > Self.samplesMax { state.samples.removeFirst() }
    }
  }

  /// The averages since the oldest sample. Callable on any thread.
  public func rates(at now: ContinuousClock.Instant = .now) -> Rates {
    guard let oldest = state.withLock({ $0.samples.first }) else { return Rates() }
    let totals = totals
    let seconds = Double((now - oldest.at).wholeMicroseconds) / 1_000_000
    guard seconds > 0 else { return Rates() }
    let (writes, commits) = (totals.writes - oldest.totals.writes, totals.commits - oldest.totals.commits)
    return Rates(
      messagesPerSecond: Double(totals.messages - oldest.totals.messages) / seconds,
      writesPerSecond: Double(writes) / seconds,
      writesPerCommit: commits == 0 ? 0 : Double(writes) / Double(commits))
  }

  private var totals: Totals {
    let writer = writer()
    var totals = Totals()
    totals.messages = state.withLock { $0.messages }
    totals.writes = writer.requests
    totals.commits = writer.commits
    return totals
  }
}
