import Glibc
import HTTP
import Runtime
import Testing

extension EndToEnd.Overload {
  /// More connections than the server has descriptors.
  @Suite struct ConnectionFlood {
    /// What became of one connection of a flood.
    private enum Fate: Equatable {
      case served
      /// Told 503 with `Retry-After`.
      case told
      /// Closed without a word.
      case closed
    }

    /// Opens a connection, asks, and reads until there is an answer or the end.
    private func knock(_ server: TestServer) throws -> (client: HTTPClient, fate: Fate) {
      let client = try server.client()
      do {
        try client.socket.send(client.bytes(.get, "/healthz"))
      } catch SocketFailure.reset {
        // The refusal came first; it can be read all the same.
      }
      do {
        let response = try client.receive()
        if response.status == 200 { return (client, .served) }
        #expect(response.status == 503, "\(response.text)")
        #expect(response.headers["retry-after"].flatMap { Int($0) } ?? 0 > 0)
        #expect(try !response.json()["error"].text.isEmpty)
        return (client, .told)
      } catch SocketFailure.reset {
        return (client, .closed)
      }
    }

    @Test func aFloodBeyondTheDescriptorsIsToldAndHarmsNobody() throws {
      try FileDescriptorLimit.raiseToHardLimit()
      let server = try TestServer(flags: ["--metrics=true"], descriptors: 256)
      let place = try server.place()
      let regular = try (0..<20).map { _ in try server.client() }
      let subscriber = try WebSocketClient(port: server.port, workspace: place.workspace)
      for client in regular { #expect(try client.request(.get, "/api/me").status == 200) }
      let before = try server.process.usage()
      // All of them at once: none closes before the last has come.
      let count = max(400, EndToEnd.Overload.connections / 4)
      let flood = try (0..<count).map { _ in try knock(server) }
      let served = flood.filter { $0.fate == .served }.count
      let told = flood.filter { $0.fate == .told }.count
      #expect(served + told == count, "\(count - served - told) connections were closed without a word")
      #expect(served >= 100 && served < 256, "\(served)")
      let during = try server.process.usage()
      #expect(during.descriptors <= 256)
      // Whoever was there goes on, also with what takes descriptors.
      for client in regular { #expect(try client.request(.get, "/api/me").status == 200) }
      let posted = try regular[0].post("through the flood", to: place.general)["event"]["cursor"].text
      #expect(try subscriber.next()?.cursor == posted)
      let uploaded = try regular[1].upload("through the flood", to: place.workspace)
      #expect(try regular[2].request(.get, "/api/uploads/\(uploaded)").text == "through the flood")
      // A full house is no work.
      let idleFrom = try server.process.usage()
      sleep(1)
      let idle = try server.process.usage().cpuSeconds - idleFrom.cpuSeconds
      #expect(idle < 0.5, "\(idle) s of CPU in one second of doing nothing")
      EndToEnd.Overload.report(
        "flood of \(count) on 256 descriptors: \(served) served, \(told) told 503, server before: \(before); "
          + "during: \(during); CPU in an idle second: \(idle) s")
      // When somebody leaves, somebody else comes in.
      try expectRoom(on: server, descriptors: before.descriptors, after: flood.map(\.client))
    }

    private func expectRoom(on server: TestServer, descriptors: Int, after flood: [HTTPClient]) throws {
      for client in flood { client.socket.finishSending() }
      let fresh = try eventually("there is room again") {
        let (client, fate) = try knock(server)
        return fate == .served ? client : nil
      }
      let usage = try eventually("descriptors are given back") {
        let usage = try server.process.usage()
        return usage.descriptors <= descriptors + 4 ? usage : nil
      }
      #expect(usage.descriptors <= descriptors + 4)
      #expect(try fresh.request(.get, "/api/me").status == 200)
    }

    /// The limit is lowered under the running server, so that it meets EMFILE whatever it reserved.
    @Test func runningOutOfDescriptorsDoesNotSpin() throws {
      let server = try TestServer()
      let place = try server.place()
      let regular = try (0..<10).map { _ in try server.client() }
      for client in regular { #expect(try client.request(.get, "/api/me").status == 200) }
      let before = try server.process.usage()
      // The limit is above the greatest descriptor in use, so that a few are left.
      try server.process.limitDescriptors(to: before.descriptors + 16, in: server.directory)
      let flood = try (0..<200).map { _ in try server.client() }
      for client in flood { _ = try? client.socket.send(client.bytes(.get, "/healthz")) }
      _ = try eventually("no descriptor is left") {
        try server.process.usage().descriptors >= before.descriptors + 16 ? true : nil
      }
      let from = try server.process.usage()
      for _ in 0..<20 {
        for client in regular { #expect(try client.request(.get, "/api/me").status == 200) }
        usleep(100_000)
      }
      let spent = try server.process.usage().cpuSeconds - from.cpuSeconds
      #expect(spent < 1, "\(spent) s of CPU in two seconds without descriptors")
      #expect(try regular[0].request(.get, "/api/channels/\(place.general)/messages").status == 200)
      EndToEnd.Overload.report("two seconds without descriptors and 200 requests cost \(spent) s of CPU")
      try server.process.limitDescriptors(to: 4_096, in: server.directory)
      // Nobody of the flood hangs: each has been served, told or closed.
      var fates: [Int: Int] = [:]
      for client in flood {
        do {
          fates[try client.receive().status, default: 0] += 1
        } catch SocketFailure.reset {
          fates[0, default: 0] += 1
        }
      }
      EndToEnd.Overload.report("flood without descriptors, by status: \(fates)")
      #expect(fates.keys.allSatisfy { [0, 200, 503].contains($0) }, "\(fates)")
      #expect(fates[200, default: 0] >= 1 && fates[503, default: 0] >= 1, "\(fates)")
      try expectRoom(on: server, descriptors: before.descriptors, after: flood)
    }
  }
}

extension ChildProcess {
  /// Changes the limit of open files of the running process.
  func limitDescriptors(to count: Int, in directory: TestDirectory) throws {
    let change = try ChildProcess(
      program: "/usr/bin/prlimit", ["--pid", "\(pid)", "--nofile=\(count):"], output: "\(directory.path)/prlimit.out",
      errors: "\(directory.path)/prlimit.err")
    guard try change.waitForExit() == 0 else { throw TestFailure(directory.read("prlimit.err")) }
  }
}
