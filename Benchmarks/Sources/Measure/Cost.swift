/// What the deviations from exactly-once, in-order delivery were.
struct Faults: Codable, Sendable, Equatable {
  var missing: UInt64 = 0
  var duplicates: UInt64 = 0
  var reordered: UInt64 = 0
  /// Requests that the server did not answer with success.
  var refused: UInt64 = 0
  /// Sockets that the server refused, closed or broke.
  var lost: UInt64 = 0
  /// The first of them in words.
  var note: String?

  /// Whether the run must count as failed.
  var isFailure: Bool { missing + duplicates + reordered + refused + lost > 0 }
}

/// What an interval cost: time on the wall, CPU of the server and of the generator, memory of the server.
struct Cost: Sendable {
  var seconds = 0.0
  /// Nil when the server's processes are not visible from here.
  var serverUserSeconds: Double?
  var serverSystemSeconds: Double?
  var serverResidentBytes: UInt64?
  /// CPU seconds of the generator per second; near the number of its loops means that it was the bottleneck.
  var generatorBusy = 0.0
}

/// Measures the cost from its creation until `read`.
struct CostMeter {
  private let server: ServerProcess
  private let startedAt = Clock.now()
  private let generatorBefore = Clock.processCPU()
  private let before: ServerProcess.Usage

  init(server: ServerProcess) {
    self.server = server
    before = server.usage()
  }

  func read() -> Cost {
    var cost = Cost(seconds: (Clock.now() - startedAt).inSeconds)
    cost.generatorBusy = (Clock.processCPU() - generatorBefore).inSeconds / max(cost.seconds, 1e-9)
    guard server.isKnown else { return cost }
    let after = server.usage()
    cost.serverUserSeconds = after.userSeconds - before.userSeconds
    cost.serverSystemSeconds = after.systemSeconds - before.systemSeconds
    cost.serverResidentBytes = after.residentBytes
    return cost
  }
}
