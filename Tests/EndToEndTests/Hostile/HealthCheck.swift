import HTTP
import Testing

/// A server as it was before an attack, to compare it with afterwards.
struct HealthCheck {
  private let server: TestServer
  private let place: TestServer.Place
  private let before: ProcessUsage
  private let logged: Int

  init(_ server: TestServer) throws {
    self.server = server
    place = try server.place()
    // What an ordinary request makes the server allocate once is no growth.
    try server.client().post("before the attack", to: place.general)
    before = try server.process.usage()
    logged = server.directory.read("server.log").utf8.count
  }

  /// Expects that it is as well as before: alive, taking writes, telling its subscribers of them, without an error in its
  /// log, with its descriptors given back and within a bound of memory.
  func expectUnharmed(_ attack: String, growthMax: Int = 64 << 20) throws {
    if let code = server.process.exitCode() {
      throw TestFailure("\(attack): the server ended with \(code): \(server.directory.read("server.log"))")
    }
    try expectDelivery(attack)
    let usage = try eventually("\(attack): descriptors are given back") {
      let usage = try server.process.usage()
      return usage.descriptors <= before.descriptors + 2 ? usage : nil
    }
    #expect(
      usage.residentBytes - before.residentBytes < growthMax,
      "\(attack): \(before), then \(usage)")
    let log = String(server.directory.read("server.log").dropFirst(logged))
    #expect(log.isEmpty, "\(attack): \(log.prefix(2_000))")
  }

  /// A write is acknowledged, which it is once it is on disk, reaches a live subscriber, and is read by somebody else.
  private func expectDelivery(_ attack: String) throws {
    let client = try server.client()
    let first = try client.post("after the attack", to: place.general)["event"]["cursor"].text
    let subscriber = try WebSocketClient(port: server.port, workspace: place.workspace, after: first)
    let posted = try client.post("after the attack", to: place.general)
    let cursor = posted["event"]["cursor"].text
    #expect(!cursor.isEmpty, "\(attack)")
    _ = try subscriber.events { $0.cursor == cursor }
    let id = posted["message"]["id"].text
    let read = try server.client().call(.get, "/api/messages/\(id)")
    #expect(read["message"]["body"].text == "after the attack", "\(attack)")
  }
}
