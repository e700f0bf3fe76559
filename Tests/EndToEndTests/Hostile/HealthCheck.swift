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

  /// Expects that it is as well as before: alive, without an error in its log, with its descriptors given back and within
  /// a bound of memory.
  func expectUnharmed(_ attack: String, growthMax: Int = 64 << 20) throws {
    if let code = server.process.exitCode() {
      throw TestFailure("\(attack): the server ended with \(code): \(server.directory.read("server.log"))")
    }
    let client = try server.client()
    #expect(try client.post("after the attack", to: place.general)["message"]["id"].text.isEmpty == false, "\(attack)")
    let usage = try eventually("\(attack): descriptors are given back") {
      let usage = try server.process.usage()
      return usage.descriptors <= before.descriptors + 2 ? usage : nil
    }
    #expect(usage.residentBytes - before.residentBytes < growthMax, "\(attack): \(before), then \(usage)")
    let log = String(server.directory.read("server.log").dropFirst(logged))
    #expect(log.isEmpty, "\(attack): \(log.prefix(2_000))")
  }
}
