import Glibc
import HTTP
import SeededRandom
import Storage
import Synchronization
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
      /// Between commit and publication: it is on disk, and nobody was told.
      case afterCommit
      /// Between publication and acknowledgement: a subscriber has the event of a write.
      case afterDelivery
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
      // Every ending comes before any comes again, in an order of the seed's choosing.
      var endings: [Ending] = []
      var hits: [Ending: Int] = [:]
      for round in 0...rounds {
        let disk = try FaultyDisk(in: directory, forgets: losesPower)
        let server = try TestServer(in: directory, environment: disk.environment)
        let place = try server.place()
        if users.isEmpty {
          users = try (0..<Self.clients).map { try server.makeUser("client\($0)", in: place.workspace) }
        }
        let violations = try CrashVerification(server, place, ledger).violations()
        try #require(violations.isEmpty, "round \(round) of \(name)")
        if round == rounds {
          try finish(server, place, ledger, users, name)
          break
        }
        if endings.isEmpty { endings = Ending.allCases.shuffled(using: &random) }
        let ending = endings.removeLast()
        ledger.killsAtNextEvent.store(false, ordering: .relaxed)
        let readers = try TestThreads(CrashSubscriber.allCases.count) { index in
          let subscriber = CrashSubscriber.allCases[index]
          let next = try subscriber.follow(server, place.workspace, ledger)
          while let event = try next() {
            guard !event.cursor.isEmpty else { continue }
            ledger.see(event.cursor, by: subscriber)
            if ledger.killsAtNextEvent.load(ordering: .relaxed) { server.process.send(signal: SIGKILL) }
          }
        }
        let seeds = users.map { _ in UInt64.random(in: 0...UInt64.max, using: &random) }
        let everyone = users
        let clients = try TestThreads(Self.clients) { index in
          var workload = CrashWorkload(
            server, place, ledger, user: everyone[index], name: "r\(round)c\(index)", seed: seeds[index])
          try workload.run()
        }
        if try end(server, disk, ledger, by: ending, using: &random) { hits[ending, default: 0] += 1 }
        try clients.join()
        try readers.join()
        if losesPower {
          // Half of the failures lose everything that may be lost, the others a random part of it.
          _ = try disk.losePower(seed: Bool.random(using: &random) ? nil : random.next() >> 1)
        }
      }
      // Kills that miss their point would prove nothing.
      for ending in Ending.allCases where rounds >= Ending.allCases.count {
        #expect(hits[ending, default: 0] > 0, "no kill hit '\(ending)' (\(name), hits: \(hits))")
      }
    }

    /// Ends the server in the wanted way.
    /// - Returns: Whether it ended just there.
    private func end(
      _ server: TestServer, _ disk: FaultyDisk, _ ledger: CrashLedger, by ending: Ending,
      using random: inout SeededGenerator
    ) throws -> Bool {
      let wanted = ledger.acknowledged + Int.random(in: 1...400, using: &random)
      _ = try eventually("enough is written") { ledger.acknowledged >= wanted ? true : nil }
      let after = Bool.random(using: &random)
      var point: FaultyDisk.Files = []
      switch ending {
      case .anywhere:
        for _ in 0..<Int.random(in: 0...2_000, using: &random) { sched_yield() }
        try server.killHard()
        return true
      case .afterDelivery:
        ledger.killsAtNextEvent.store(true, ordering: .relaxed)
        return try server.process.waitForExit(seconds: 120) == 128 + SIGKILL
      case .beforeCommit:
        point = .wal
        disk.kill(in: UInt64.random(in: 1...60, using: &random), of: point, kinds: [.write, .sync], after: false)
      case .afterCommit:
        point = .wal
        disk.kill(in: UInt64.random(in: 1...20, using: &random), of: point, kinds: .sync, after: true)
      case .checkpoint:
        point = .database
        disk.kill(in: UInt64.random(in: 1...40, using: &random), of: point, after: after)
      case .upload:
        point = .uploads
        disk.kill(in: UInt64.random(in: 1...12, using: &random), of: point, after: after)
      case .operation:
        disk.kill(in: UInt64.random(in: 1...500, using: &random), after: after)
      }
      let code = try server.process.waitForExit(seconds: 120)
      let killed = disk.killed
      return code == 128 + SIGKILL && !killed.kinds.isEmpty && (point.isEmpty || killed.files == point)
        && (ending != .afterCommit || killed.kinds == .sync)
    }

    /// Everything that happened was seen, once, and nothing else.
    private func finish(
      _ server: TestServer, _ place: TestServer.Place, _ ledger: CrashLedger, _ users: [UserID], _ name: String
    ) throws {
      let client = try server.client(user: users[0])
      let last = try client.post("the end", nonce: "the end", to: place.general)
      let id = last["message"]["id"].text
      ledger.add(
        CrashLedger.Message(
          nonce: "the end", id: id, author: users[0], root: nil, body: CrashLedger.Fact("the end")))
      let log = try CrashVerification(server, place, ledger).visibleCursors
      for subscriber in CrashSubscriber.allCases {
        let next = try subscriber.follow(server, place.workspace, ledger)
        while ledger.seen(by: subscriber).last != last["event"]["cursor"].text, let event = try next() {
          if !event.cursor.isEmpty { ledger.see(event.cursor, by: subscriber) }
        }
        let seen = ledger.seen(by: subscriber)
        #expect(
          seen == log,
          "\(subscriber): a gap, a duplicate or an event of nothing: \(log.difference(from: seen)) (\(name))")
      }
    }
  }
}
