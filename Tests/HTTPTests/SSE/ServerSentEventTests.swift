import Testing

@testable import HTTP

@Suite("Server-sent events")
struct ServerSentEventTests {
  private func text(_ event: ServerSentEvent) throws -> String {
    var output: [UInt8] = []
    try event.append(to: &output)
    return String(decoding: output, as: UTF8.self)
  }

  @Test func fields() throws {
    #expect(
      try text(ServerSentEvent(id: "7", event: "message.created", data: "{}", retryMilliseconds: 1500))
        == "id: 7\nevent: message.created\nretry: 1500\ndata: {}\n\n")
    #expect(try text(ServerSentEvent(data: "")) == "data: \n\n")
    #expect(try text(ServerSentEvent(id: "", data: "x")) == "id: \ndata: x\n\n")
  }

  @Test(arguments: [
    ("a\nb", "data: a\ndata: b\n\n"), ("a\r\nb", "data: a\ndata: b\n\n"), ("a\rb", "data: a\ndata: b\n\n"),
    ("a\n\rb", "data: a\ndata: \ndata: b\n\n"), ("a\n", "data: a\ndata: \n\n"), ("\r", "data: \ndata: \n\n"),
    ("a\r\n\r\nevent: x", "data: a\ndata: \ndata: event: x\n\n"), (": x", "data: : x\n\n"),
  ])
  func lineEndsNeverEscapeTheirField(data: String, expected: String) throws {
    #expect(try text(ServerSentEvent(data: data)) == expected)
  }

  @Test func comments() {
    var output: [UInt8] = []
    ServerSentEvent.append(comment: "keep\nalive", to: &output)
    #expect(String(decoding: output, as: UTF8.self) == ": keep\n: alive\n\n")
  }

  @Test func injectionIsRefused() {
    var output: [UInt8] = [9]
    for event in [
      ServerSentEvent(id: "a\nb", data: ""), ServerSentEvent(id: "a\rb", data: ""),
      ServerSentEvent(id: "a\0", data: ""),
      ServerSentEvent(event: "a\nb", data: ""), ServerSentEvent(event: "a\r", data: ""),
    ] {
      #expect(throws: HTTPFieldError.self) { try event.append(to: &output) }
    }
    #expect(output == [9])
  }

  @Test func lastEventID() throws {
    #expect(ServerSentEvent.lastEventID(["Last-Event-ID": "42"]) == "42")
    #expect(ServerSentEvent.lastEventID(["last-event-id": "é"]) == "é")
    #expect(ServerSentEvent.lastEventID(["Last-Event-ID": ""]) == nil)
    #expect(ServerSentEvent.lastEventID(["Last-Event-ID": "1", "last-event-id": "2"]) == nil)
    #expect(ServerSentEvent.lastEventID([:]) == nil)
  }
}
