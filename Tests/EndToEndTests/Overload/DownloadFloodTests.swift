import Glibc
import HTTP
import Runtime
import Storage
import Testing

extension EndToEnd.Overload {
  /// Downloads that nobody reads.
  @Suite struct DownloadFlood {
    /// More than the kernel takes for a connection.
    private static let fileBytes = 12 << 20

    /// A server with few descriptors, and a file that every member may read.
    private struct Setup {
      let server: TestServer
      let place: TestServer.Place
      let upload: String

      init(flags: [String] = [], descriptors: Int) throws {
        server = try TestServer(flags: flags, descriptors: descriptors)
        place = try server.place()
        let client = try server.client()
        upload = try client.upload(String(repeating: "a", count: DownloadFlood.fileBytes), to: place.workspace)
        let message = try client.post("a file", to: place.general)["message"]["id"].text
        _ = try client.call(.post, "/api/messages/\(message)/attachments", json: "{\"upload_id\":\"\(upload)\"}")
      }

      /// Asks for the file on a connection of its own and reads the head of the answer only, with its body if it is small.
      func begin(as user: UserID? = nil) throws -> (client: HTTPClient, answer: Response) {
        let socket = try BlockingSocket(port: server.port, receiveBufferBytes: 4_096)
        let client = HTTPClient(socket: socket, user: user)
        try socket.send(client.bytes(.get, "/api/uploads/\(upload)"))
        var answer: Response?
        let piece = try client.receiveStream { answer = $0 }
        var found = try #require(answer)
        found.body = piece
        return (client, found)
      }

      /// Begins downloads of one person; returns those that were let in.
      func flood(_ count: Int, as user: UserID? = nil, refusals status: Int) throws -> [HTTPClient] {
        let begun = try (0..<count).map { _ in try begin(as: user) }
        for refused in begun.map(\.answer) where refused.status != 200 {
          #expect(refused.status == status, "\(refused.status) \(refused.text)")
          #expect(refused.headers["retry-after"].flatMap { Int($0) } ?? 0 > 0)
          #expect(try refused.json()["error"].text.contains("downloads are under way"))
        }
        return begun.filter { $0.answer.status == 200 }.map(\.client)
      }
    }

    @Test func downloadsThatNobodyReadsAreBoundedAndHarmNobody() throws {
      // An eighth of the descriptors is for files: 32 for downloads, of which one person gets 16.
      let setup = try Setup(descriptors: 512)
      let (server, place) = (setup.server, setup.place)
      let people = try ["alice", "bob"].map { try server.makeUser($0, in: place.workspace) }
      let regular = try server.client()
      #expect(try regular.request(.get, "/api/me").status == 200)
      let before = try server.process.usage()
      var stalled = try setup.flood(100, refusals: 429)
      #expect(stalled.count == 16)
      let others = try setup.flood(20, as: people[0], refusals: 429)
      #expect(others.count == 16)
      // None is left, also for who has none.
      #expect(try setup.flood(3, as: people[1], refusals: 503).isEmpty)
      let during = try server.process.usage()
      #expect(during.residentBytes - before.residentBytes < 32 * (96 << 10) + (8 << 20), "\(before), then \(during)")
      // Everything else goes on, also what takes descriptors.
      #expect(try regular.request(.get, "/readyz").status == 200)
      #expect(try regular.post("beside them", to: place.general)["message"]["id"].text.isEmpty == false)
      _ = try regular.upload("beside them", to: place.workspace)
      EndToEnd.Overload.report("32 downloads that nobody reads: before \(before), during \(during)")
      // Places are given back when the clients go away.
      stalled.removeAll()
      _ = try eventually("there is room for downloads again") {
        try setup.begin(as: people[1]).answer.status == 200 ? true : nil
      }
      #expect(server.directory.read("server.log").contains("error") == false)
    }

    @Test func stalledDownloadsEndInTime() throws {
      let setup = try Setup(flags: ["--write-timeout", "1s", "--downloads-concurrent-max", "4"], descriptors: 1_024)
      let stalled = try setup.flood(4, refusals: 429)
      #expect(stalled.count == 2)
      _ = try eventually("the stalled downloads are over") {
        try setup.begin().answer.status == 200 ? true : nil
      }
      withExtendedLifetime(stalled) {}
    }

    @Test func aDownloadThatIsReadArrivesWhole() throws {
      let setup = try Setup(descriptors: 1_024)
      let client = try setup.server.client()
      for _ in 0..<3 {
        let answer = try client.request(.get, "/api/uploads/\(setup.upload)")
        #expect(answer.status == 200 && answer.body.count == Self.fileBytes)
        #expect(answer.body.allSatisfy { $0 == UInt8(ascii: "a") })
      }
      let part = try client.request(.get, "/api/uploads/\(setup.upload)", headers: [("Range", "bytes=40000-140000")])
      #expect(part.status == 206 && part.body.count == 100_001)
    }

    /// The limit is lowered under the running server, so that it meets EMFILE whatever it reserved.
    @Test func withoutDescriptorsFilesAreRefusedForAWhile() throws {
      let setup = try Setup(descriptors: 1_024)
      let (server, place) = (setup.server, setup.place)
      let regular = try server.client()
      #expect(try regular.request(.get, "/api/me").status == 200)
      let before = try server.process.usage()
      try server.process.limitDescriptors(to: before.descriptors + 4, in: server.directory)
      let flood = try (0..<40).map { _ in try server.client() }
      for client in flood { _ = try? client.socket.send(client.bytes(.get, "/healthz")) }
      let refused = try eventually("no descriptor is left") {
        let answer = try regular.request(.get, "/api/uploads/\(setup.upload)", headers: [("Range", "bytes=0-9")])
        return answer.status == 206 ? nil : answer
      }
      #expect(refused.status == 503, "\(refused.status) \(refused.text)")
      #expect(refused.headers["retry-after"] != nil)
      let answer = try regular.sendUpload("beside them", to: place.workspace)
      #expect(answer.status == 503, "\(answer.status) \(answer.text)")
      #expect(answer.headers["retry-after"] != nil)
      try server.process.limitDescriptors(to: 1_024, in: server.directory)
      _ = try server.client().upload("afterwards", to: place.workspace)
    }
  }
}
