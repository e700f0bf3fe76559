import Glibc
import HTTP
import Storage
import Testing

extension EndToEnd {
  /// The server is killed at any instant and its disk loses what was not synced; nothing that it acknowledged is lost.
  ///
  /// `CRASH_ROUNDS` asks for more kills than the few of an ordinary run, `CRASH_SEED` repeats a run.
  @Suite struct Crash {
    static let rounds = environmentNumber("CRASH_ROUNDS").map(Int.init) ?? 14
    static let seed = environmentNumber("CRASH_SEED") ?? UInt64.random(in: 0...UInt64.max)
    private static let clients = 12
    /// Kills that one data directory sees, so that the checks after each stay quick.
    private static let roundsPerDirectory = 50

    /// How a round ends.
    enum Ending: CaseIterable {
      /// At an instant that nothing in the server is aligned with.
      case anywhere
      /// Before a commit is on disk: at a write or sync of the write-ahead log.
      case beforeCommit
      /// After a commit is on disk and before anyone was told.
      case afterCommit
      /// While the log is copied into the database.
      case checkpoint
      /// While an uploaded file is written, synced or named.
      case upload
      /// At any change of any file.
      case operation
    }

    @Test(arguments: [Crash.seed])
    func acknowledgedWritesSurviveKills(seed: UInt64) throws {
      try run(rounds: Self.rounds, seed: seed, losesPower: false)
    }

    @Test(arguments: [Crash.seed])
    func acknowledgedWritesSurvivePowerFailures(seed: UInt64) throws {
      try run(rounds: max(4, Self.rounds / 2), seed: seed, losesPower: true)
    }

    /// The harness itself: on a disk that only pretends to sync, it must find what is lost.
    @Test(arguments: [Crash.seed])
    func aDiskThatLiesAboutSyncsIsNoticed(seed: UInt64) throws {
      let directory = try TestDirectory()
      let disk = try FaultyDisk(in: directory, forgets: true)
      let server = try TestServer(in: directory, environment: disk.environment)
      let place = try server.place()
      let ledger = CrashLedger()
      disk.lieAboutSyncs()
      let clients = try TestThreads(2) { index in
        var workload = CrashWorkload(server, place, ledger, user: place.captain, name: "c\(index)", seed: seed)
        try workload.run()
      }
      _ = try eventually("enough is written") { ledger.acknowledged >= 100 ? true : nil }
      try server.killHard()
      try clients.join()
      _ = try disk.losePower(seed: nil)
      let next = try TestServer(in: directory)
      let violations = try CrashVerification(next, place, ledger).violations()
      #expect(violations.contains { $0.contains("was acknowledged and is gone") }, "\(violations)")
    }

    private func run(rounds: Int, seed: UInt64, losesPower: Bool) throws {
      var random = SeededGenerator(seed: seed)
      for first in stride(from: 0, to: rounds, by: Self.roundsPerDirectory) {
        let count = min(Self.roundsPerDirectory, rounds - first)
        try run(rounds: count, losesPower: losesPower, &random, "kills \(first)... of seed \(seed)")
      }
    }

    private func run(
      rounds: Int, losesPower: Bool, _ random: inout SeededGenerator, _ name: String
    ) throws {
      let directory = try TestDirectory()
      let ledger = CrashLedger()
      var users: [UserID] = []
      for round in 0...rounds {
        let disk = try FaultyDisk(in: directory, forgets: losesPower)
        let server = try TestServer(in: directory, environment: disk.environment)
        let place = try server.place()
        if users.isEmpty {
          users = try (0..<Self.clients).map { try server.makeUser("client\($0)", in: place.workspace) }
        }
        let violations = try CrashVerification(server, place, ledger).violations()
        try #require(violations.isEmpty, "round \(round) of \(name)")
        if round == rounds { return try finish(server, place, ledger, users, name) }
        let reader = try TestThreads(1) { _ in
          let subscriber = try Self.subscribe(server, place, ledger)
          while let event = try subscriber.next() {
            if !event.cursor.isEmpty { ledger.seen.withLock { $0.append(event.cursor) } }
          }
        }
        let seeds = users.map { _ in UInt64.random(in: 0...UInt64.max, using: &random) }
        let everyone = users
        let clients = try TestThreads(Self.clients) { index in
          var workload = CrashWorkload(
            server, place, ledger, user: everyone[index], name: "r\(round)c\(index)", seed: seeds[index])
          try workload.run()
        }
        try end(server, disk, ledger, using: &random)
        try clients.join()
        try reader.join()
        if losesPower {
          // Half of the failures lose everything that may be lost, the others a random part of it.
          _ = try disk.losePower(seed: Bool.random(using: &random) ? nil : random.next() >> 1)
        }
      }
    }

    private func end(
      _ server: TestServer, _ disk: FaultyDisk, _ ledger: CrashLedger, using random: inout SeededGenerator
    ) throws {
      let wanted = ledger.acknowledged + Int.random(in: 1...400, using: &random)
      _ = try eventually("enough is written") { ledger.acknowledged >= wanted ? true : nil }
      let ending = Ending.allCases.randomElement(using: &random) ?? .anywhere
      let after = Bool.random(using: &random)
      switch ending {
      case .anywhere:
        for _ in 0..<Int.random(in: 0...2_000, using: &random) { sched_yield() }
        try server.killHard()
        return
      case .beforeCommit:
        disk.kill(in: UInt64.random(in: 1...60, using: &random), of: .wal, kinds: [.write, .sync], after: false)
      case .afterCommit:
        disk.kill(in: UInt64.random(in: 1...20, using: &random), of: .wal, kinds: .sync, after: true)
      case .checkpoint:
        disk.kill(in: UInt64.random(in: 1...40, using: &random), of: .database, after: after)
      case .upload:
        disk.kill(in: UInt64.random(in: 1...12, using: &random), of: .uploads, after: after)
      case .operation:
        disk.kill(in: UInt64.random(in: 1...500, using: &random), after: after)
      }
      _ = try server.process.waitForExit(seconds: 120)
    }

    private static func subscribe(
      _ server: TestServer, _ place: TestServer.Place, _ ledger: CrashLedger
    ) throws -> WebSocketClient {
      try WebSocketClient(port: server.port, workspace: place.workspace, after: ledger.seen.withLock { $0.last })
    }

    /// Everything that happened was seen, once, and nothing else.
    private func finish(
      _ server: TestServer, _ place: TestServer.Place, _ ledger: CrashLedger, _ users: [UserID], _ name: String
    ) throws {
      let subscriber = try Self.subscribe(server, place, ledger)
      let client = try server.client(user: users[0])
      let last = try client.post("the end", nonce: "the end", to: place.general)
      let id = last["message"]["id"].text
      ledger.add(
        CrashLedger.Message(
          nonce: "the end", id: id, author: users[0], root: nil, body: CrashLedger.Fact("the end")))
      let events = try subscriber.events { $0.cursor == last["event"]["cursor"].text }
      let seen = ledger.seen.withLock { $0 } + events.map(\.cursor).filter { !$0.isEmpty }
      let log = try CrashVerification(server, place, ledger).visibleCursors
      #expect(seen == log, "a gap, a duplicate or an event of nothing: \(log.difference(from: seen)) (\(name))")
    }
  }
}
