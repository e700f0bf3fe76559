import HTTP
import Storage
import Testing

extension EndToEnd.Hostile {
  /// Bodies that are not what they say, or too much of it.
  @Suite struct Bodies {
    private struct Place {
      let method: HTTPMethod
      let path: String
      /// JSON around a value that any JSON may stand for.
      let around: (String) -> String
    }

    private func places(_ place: TestServer.Place) -> [Place] {
      [
        Place(method: .post, path: "/api/channels/\(place.general)/messages") { "{\"body\":\($0)}" },
        Place(method: .post, path: "/api/channels/\(place.general)/messages") { "{\"body\":\"x\",\"unknown\":\($0)}" },
        Place(method: .patch, path: "/api/me") { "{\"display_name\":\($0)}" },
        Place(method: .patch, path: "/api/me") { "{\"appearance_preferences\":\($0)}" },
        Place(method: .post, path: "/api/workspaces") { "{\"name\":\($0)}" },
        Place(method: .post, path: "/api/workspaces/\(place.workspace)/channels") { "{\"name\":\($0)}" },
        Place(method: .post, path: "/api/realtime/ephemeral") {
          "{\"workspace_id\":\"\(place.workspace)\",\"type\":\"presence.changed\",\"payload\":\($0)}"
        },
        Place(method: .post, path: "/api/channels/\(place.general)/read") { "{\"last_read_seq\":\($0)}" },
        Place(method: .post, path: "/api/workspaces/\(place.workspace)/event-subscriptions") { "{\"config\":\($0)}" },
        Place(method: .post, path: "/api/realtime/ephemeral") { $0 },
      ]
    }

    static let values: [(name: String, text: [UInt8])] = {
      let deep = 100_000
      let named: [(String, String)] = [
        ("100,000 arrays", String(repeating: "[", count: deep) + String(repeating: "]", count: deep)),
        ("100,000 objects", String(repeating: "{\"a\":", count: deep) + "1" + String(repeating: "}", count: deep)),
        ("100,000 arrays that stay open", String(repeating: "[", count: deep)),
        ("500 arrays", String(repeating: "[", count: 500) + String(repeating: "]", count: 500)),
        ("a million keys", "{" + (0..<1_000_000).map { "\"\($0)\":0" }.joined(separator: ",") + "}"),
        (
          "a key a hundred thousand times",
          "{" + Array(repeating: "\"a\":0", count: 100_000).joined(separator: ",") + "}"
        ),
        ("a million zeros", "[" + Array(repeating: "0", count: 1_000_000).joined(separator: ",") + "]"),
        ("a number of a million digits", String(repeating: "9", count: 1_000_000)),
        ("a fraction of a million digits", "0." + String(repeating: "9", count: 1_000_000)),
        ("1e400", "1e400"), ("-1e400", "-1e400"), ("1e-400", "1e-400"), ("1E999999999999", "1E999999999999"),
        ("2^63", "9223372036854775808"), ("2^64", "18446744073709551616"), ("-2^63 - 1", "-9223372036854775809"),
        ("-0", "-0"), ("1.5", "1.5"), ("01", "01"), ("+1", "+1"), (".5", ".5"), ("1.", "1."), ("0x10", "0x10"),
        ("NaN", "NaN"), ("Infinity", "Infinity"), ("nul", "nul"), ("null", "null"), ("true", "true"),
        ("single quotes", "'a'"), ("a comment", "/* a */ 1"), ("a trailing comma", "[1,]"), ("two values", "1 2"),
        ("an open string", "\"abc"), ("an open escape", "\"abc\\"), ("a lone surrogate", "\"\\ud800\""),
        ("surrogates in the wrong order", "\"\\udc00\\ud800\""), ("half an escape", "\"\\u12\""),
        ("an unknown escape", "\"\\x41\""), ("an escaped NUL", "\"a\\u0000b\""), ("only a NUL", "\"\\u0000\""),
        ("a control character", "\"a\u{1}b\""), ("a line break", "\"a\nb\""),
        ("a noncharacter", "\"\\uffff\u{e000}\""), ("a byte order mark", "\u{feff}\"a\""),
        ("a string of a megabyte of escapes", "\"" + String(repeating: "\\u0041", count: 170_000) + "\""),
        ("combining marks", "\"a" + String(repeating: "\u{301}", count: 100_000) + "\""),
        ("a family of a hundred thousand joiners", "\"" + String(repeating: "👩\u{200d}", count: 50_000) + "\""),
        (
          "a key of marks that take long to sort",
          "{\"a" + String(String.UnicodeScalarView((0..<400_000).map { $0 < 200_000 ? "\u{301}" : "\u{316}" }))
            + "\":1}"
        ),
        ("__proto__", "{\"__proto__\":{\"a\":1},\"constructor\":1}"), ("an empty key", "{\"\":{\"\":1}}"),
      ]
      let raw: [(String, [UInt8])] = [
        ("a byte FF", [0x22, 0xFF, 0x22]), ("an overlong slash", [0x22, 0xC0, 0xAF, 0x22]),
        ("a surrogate in UTF-8", [0x22, 0xED, 0xA0, 0x80, 0x22]), ("half a letter", [0x22, 0xE2, 0x82, 0x22]),
        ("a NUL byte", [0x22, 0x61, 0x00, 0x62, 0x22]), ("beyond Unicode", [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22]),
        ("UTF-16", [0xFF, 0xFE, 0x22, 0x00, 0x61, 0x00, 0x22, 0x00]),
      ]
      return named.map { ($0, Array($1.utf8)) } + raw
    }()

    @Test func noBodyBreaksTheServer() throws {
      let server = try TestServer(flags: ["--body-bytes-max", "32MiB"])
      let place = try server.place()
      let health = try HealthCheck(server)
      for target in places(place) {
        for (name, value) in Self.values {
          let client = try server.client()
          let parts = target.around("\u{1a}").utf8.split(separator: 0x1a, omittingEmptySubsequences: false)
          let body = Array(parts[0]) + value + Array(parts[1])
          let head = client.bytes(
            target.method, target.path,
            headers: [("Content-Type", "application/json"), ("Content-Length", "\(body.count)")])
          let start = ContinuousClock.now
          try client.socket.send(head + body)
          let response = try client.receive(answering: target.method)
          let what = "\(name) to \(target.path): \(response.status) \(response.text.prefix(300))"
          #expect(response.status < 500, "\(what)")
          // Whatever is answered is text.
          #expect(String(validating: response.body, as: UTF8.self) != nil, "\(what)")
          _ = try response.json()
          #expect(ContinuousClock.now - start < .seconds(20), "\(what)")
        }
      }
      let page = try server.client().request(.get, "/api/channels/\(place.general)/messages?limit=100")
      #expect(page.status == 200 && String(validating: page.body, as: UTF8.self) != nil)
      try health.expectUnharmed("bodies", growthMax: 256 << 20)
    }

    @Test func queriesOfAnyBytesAreAnswered() throws {
      let server = try TestServer()
      let place = try server.place()
      let health = try HealthCheck(server)
      let values = [
        "%ff", "%00", "%ed%a0%80", "%e2%80%ae", "%", "%zz", "+", "%2b", "%0d%0aX-Injected:%201", "'%20OR%201=1--",
        "%22*",
        "NEAR(", "a*%20AND%20NOT", "-9223372036854775808", "9223372036854775808", "1e400", "0x1", "%EF%BC%91",
        String(repeating: "a", count: 6_000), String(repeating: "%22a%22%20", count: 600),
      ]
      let paths = [
        "/api/search?workspace_id=\(place.workspace)&q=", "/api/channels/\(place.general)/messages?before_seq=",
        "/api/channels/\(place.general)/messages?limit=", "/api/channels/\(place.general)/messages?after_seq=",
        "/api/realtime/events?workspace_id=\(place.workspace)&after_cursor=",
        "/api/workspaces/\(place.workspace)/members?q=",
        "/api/realtime/sse?after_cursor=x&workspace_id=", "/api/me?",
      ]
      for path in paths {
        for value in values {
          let client = try server.client()
          try client.socket.send(client.bytes(.get, path + value, headers: [("Connection", "close")]))
          let response = try client.receive()
          #expect(response.status < 500, "\(path)\(value.prefix(60)): \(response.status) \(response.text)")
          #expect(response.headers["x-injected"] == nil)
        }
      }
      try health.expectUnharmed("queries")
    }

    @Test func namesOfFilesAreHarmless() throws {
      let server = try TestServer()
      let place = try server.place()
      let health = try HealthCheck(server)
      let names: [[UInt8]] =
        [
          "../../../../etc/passwd", "..\\..\\windows\\system32", "/etc/passwd", "C:\\x.txt", "..", ".",
          "a\u{202e}gpj.exe",
          "a\u{200b}b.txt", "\u{7f}", "a\tb", "a;b=\\\"c\\\"", "%2e%2e%2fx", "%0d%0aX-Injected: 1", "a%00b.txt", "CON",
          "~",
          String(repeating: "x", count: 5_000), String(repeating: "\u{301}", count: 2_000), "caf\u{e9}.txt",
          "cafe\u{301}.txt",
        ].map { Array($0.utf8) } + [[0xFF, 0xFE], [0x61, 0xC0, 0xAF, 0x62], [0xED, 0xA0, 0x80], [0x61, 0x00, 0x62]]
      for name in names {
        let what = String(decoding: name, as: UTF8.self).prefix(60)
        let client = try server.client()
        var body = Array(
          "--b\r\nContent-Disposition: form-data; name=\"workspace_id\"\r\n\r\n\(place.workspace)\r\n".utf8)
        body += Array("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"".utf8) + name
        body += Array("\"\r\nContent-Type: text/plain\r\n\r\ncontent\r\n--b--\r\n".utf8)
        let head = client.bytes(
          .post, "/api/uploads",
          headers: [("Content-Type", "multipart/form-data; boundary=b"), ("Content-Length", "\(body.count)")])
        try client.socket.send(head + body)
        let response = try client.receive(answering: .post)
        #expect([201, 400].contains(response.status), "\(what): \(response.status) \(response.text)")
        guard response.status == 201 else { continue }
        let upload = try response.json()["upload"]
        let stored = upload["filename"].text
        #expect(!stored.isEmpty && stored.utf8.count <= 255, "\(what)")
        #expect(!stored.contains("/") && !stored.contains("\\") && stored != "..", "\(what): \(stored)")
        #expect(
          stored.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f && $0.value != 0x202E }, "\(what)")
        let download = try server.client().request(.get, "/api/uploads/\(upload["id"].text)")
        #expect(download.status == 200 && download.text == "content")
        #expect(download.headers["x-injected"] == nil)
        #expect(download.headers["content-disposition"]?.utf8.allSatisfy { (0x20..<0x7f).contains($0) } == true)
      }
      try health.expectUnharmed("file names")
    }
  }
}
