import Actors
import Runtime

/// A document of a provider that is fetched when it is needed and then kept for a while.
///
/// Whoever asks while it is fetched waits for the same answer. Runs on one loop.
actor CachedDocument<Value: Sendable> {
  /// How long it is used without another look.
  static var freshFor: Duration { .seconds(3_600) }
  /// How long it is used when no newer one can be had.
  static var keptFor: Duration { .seconds(86_400) }

  nonisolated let loop: EventLoop
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  private let fetch: @Sendable () async throws -> Value
  // A provider that is down, or tokens with invented keys, must not make this server call it all the time.
  private let fetches = RateLimiter(burst: 10, perSecond: 0.1)
  private var known: (value: Value, at: ContinuousClock.Instant)?
  private var fetching: Task<Value, any Error>?

  /// Makes a document that is fetched on first use.
  init(loop: EventLoop, fetch: @escaping @Sendable () async throws -> Value) {
    self.loop = loop
    self.fetch = fetch
  }

  /// The document, fetched if it is not fresh.
  /// - Throws: `ProviderFailure` when it can't be had.
  func current() async throws -> Value {
    guard let known, known.at + Self.freshFor > .now else { return try await fetched(unless: Self.keptFor) }
    return known.value
  }

  /// A document that is newer than the one that was just found wanting; the same when it was fetched too often lately.
  /// - Throws: `ProviderFailure` when it can't be had.
  func renewed() async throws -> Value { try await fetched(unless: Self.freshFor) }

  private func fetched(unless age: Duration) async throws -> Value {
    if let fetching { return try await fetching.value }
    let usable = known.flatMap { $0.at + age > .now ? $0.value : nil }
    guard fetches.allows("") else {
      guard let usable else { throw ProviderFailure.unavailable("a sign-in provider was called too often") }
      return usable
    }
    let task = Task(executorPreference: loop) { [fetch] in try await fetch() }
    fetching = task
    defer { fetching = nil }
    do {
      let value = try await task.value
      known = (value, .now)
      return value
    } catch {
      guard let usable else { throw error }
      return usable
    }
  }
}
