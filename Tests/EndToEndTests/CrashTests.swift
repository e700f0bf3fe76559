import Glibc
import HTTP
import Storage
import Synchronization
import Testing

extension EndToEnd {
  /// The server is killed at any instant; nothing that it acknowledged is lost.
  @Suite struct Crash {
    private struct Acknowledged: Sendable {
      let nonce: String
      let body: String
      let messageID: String
      let cursor: String
    }

    private final class Record: Sendable {
      let acknowledged = Mutex<[Acknowledged]>([])
      /// Requests that were under way at the kill: they may have happened or not.
      let inDoubt = Mutex<[(nonce: String, body: String)]>([])
      let seen = Mutex<[String]>([])

      var count: Int { acknowledged.withLock { $0.count } }
    }

    @Test(arguments: [UInt64.random(in: 0...UInt64.max)])
    func acknowledgedWritesSurviveKillsAtRandomMoments(seed: UInt64) throws {
      var random = SeededGenerator(seed: seed)
      let directory = try TestDirectory()
      let record = Record()
      for round in 0..<10 {
        let server = try TestServer(in: directory)
        let place = try server.place()
        try verify(server, place, record)
        let resume = record.seen.withLock { $0.last }
        let subscriber = try TestThreads(1) { _ in
          let socket = try WebSocketClient(port: server.port, workspace: place.workspace, after: resume)
          while let event = try socket.next() { record.seen.withLock { $0.append(event.cursor) } }
        }
        let before = record.count
        let writers = try TestThreads(12) { writer in try Self.write(server, place, record, "r\(round)w\(writer)") }
        let wanted = before + Int.random(in: 1...400, using: &random)
        _ = try eventually("enough is written") { record.count >= wanted ? true : nil }
        // An instant that nothing in the server is aligned with.
        for _ in 0..<Int.random(in: 0...2_000, using: &random) { sched_yield() }
        try server.killHard()
        try writers.join()
        try subscriber.join()
      }
      let server = try TestServer(in: directory)
      let place = try server.place()
      try verify(server, place, record)
      let log = try state(of: server).cursors
      let rest = try WebSocketClient(
        port: server.port, workspace: place.workspace, after: record.seen.withLock { $0.last })
      if record.seen.withLock({ $0.last }) != log.last {
        let events = try rest.events { $0.cursor == log.last }
        record.seen.withLock { $0 += events.map(\.cursor) }
      }
      let seen = record.seen.withLock { $0 }
      let difference = log.difference(from: seen)
      #expect(seen == log, "seed \(seed): a gap, a duplicate or an event of nothing on disk: \(difference)")
      #expect(seen.count == log.count && Set(seen).count == seen.count)
    }

    private static func write(_ server: TestServer, _ place: TestServer.Place, _ record: Record, _ name: String) throws
    {
      let client: HTTPClient
      do { client = try server.client() } catch { return }
      for number in 0... {
        let nonce = "\(name)n\(number)"
        let body = "body of \(nonce)"
        do {
          let answer = try client.post(body, nonce: nonce, to: place.general)
          record.acknowledged.withLock {
            $0.append(
              Acknowledged(
                nonce: nonce, body: body, messageID: answer["message"]["id"].text,
                cursor: answer["event"]["cursor"].text))
          }
        } catch let failure as TestFailure {
          throw failure
        } catch {
          record.inDoubt.withLock { $0.append((nonce, body)) }
          return
        }
      }
    }

    private struct State {
      var messages: [(id: String, nonce: String, seq: Int64)] = []
      var cursors: [String] = []
      var created: [String] = []
      var lastCursor: String { cursors.last ?? "" }
    }

    private func state(of server: TestServer) throws -> State {
      try SQLiteEngine(directory: server.data).readOnce { db in
        var state = State()
        try db.query("SELECT id, nonce, channel_seq FROM messages ORDER BY pk", []) { row in
          state.messages.append((row.text(0), row.text(1), row.int(2)))
        }
        try db.query("SELECT cursor, payload ->> 'message_id', type FROM events ORDER BY cursor", []) { row in
          state.cursors.append(row.text(0))
          if row.text(2) == "message.created" { state.created.append(row.text(1)) }
        }
        #expect(try db.first("PRAGMA integrity_check", []) { $0.text(0) } == "ok")
        return state
      }
    }

    private func verify(
      _ server: TestServer, _ place: TestServer.Place, _ record: Record
    ) throws {
      let state = try state(of: server)
      let acknowledged = record.acknowledged.withLock { $0 }
      let byNonce = Dictionary(grouping: state.messages, by: \.nonce)
      for write in acknowledged {
        #expect(byNonce[write.nonce]?.map(\.id) == [write.messageID], "\(write.nonce) was acknowledged")
      }
      // Nothing but what was asked for, and each at most once.
      let doubtful = Set(record.inDoubt.withLock { $0.map(\.nonce) })
      let known = Set(acknowledged.map(\.nonce)).union(doubtful)
      #expect(byNonce.allSatisfy { known.contains($0.key) && $0.value.count == 1 })
      #expect(state.created == state.messages.map(\.id), "an event without its write, or a write without its event")
      #expect(state.messages.map(\.seq) == (0..<state.messages.count).map { Int64($0) + 1 })
      let onDisk = Set(state.cursors)
      #expect(record.seen.withLock { $0.allSatisfy { onDisk.contains($0) } }, "seen before it was on disk")
      // A client repeats what it got no answer to: it happens once in all.
      let client = try server.client()
      for (nonce, body) in record.inDoubt.withLock({ $0 }) {
        let answer = try client.post(body, nonce: nonce, to: place.general)
        if let stored = byNonce[nonce]?.first { #expect(answer["message"]["id"].text == stored.id) }
        record.acknowledged.withLock {
          $0.append(
            Acknowledged(nonce: nonce, body: body, messageID: answer["message"]["id"].text, cursor: ""))
        }
      }
      record.inDoubt.withLock { $0 = [] }
      let next = try client.post(
        "after the restart \(state.cursors.count)", nonce: "restart \(state.cursors.count)", to: place.general)
      #expect(next["event"]["cursor"].text > state.lastCursor, "cursors went back")
      record.acknowledged.withLock {
        $0.append(
          Acknowledged(
            nonce: "restart \(state.cursors.count)", body: "", messageID: next["message"]["id"].text,
            cursor: next["event"]["cursor"].text))
      }
    }
  }
}
