import HTTP
import Storage
import Testing

extension EndToEnd.Hostile {
  /// Names that look like other names. The rule: what identifies (handles, slugs, channel names, addresses) is ASCII and
  /// unique; what is only shown is free in its letters and rid of what has no look of its own.
  @Suite struct Confusables {
    /// Texts that look like `admin` or like nothing.
    private static let lookalikes = [
      "\u{430}dmin", "adm\u{456}n", "\u{251}dmin", "a\u{200b}dmin", "a\u{200d}dmin", "a\u{ad}dmin", "\u{202e}nimda",
      "\u{2066}admin\u{2069}", "\u{feff}admin", "ａｄｍｉｎ", "adm\u{131}n", "\u{1d41a}dmin", "admi\u{207f}", "ad\u{301}min",
      "a\u{34f}dmin", "admin\u{e0061}", "\u{3164}", "adm\u{130}n", "ad\u{0}min",
    ]

    private func json(_ field: String, _ text: String) -> String {
      let escaped = text.utf16.map { unit in
        let digits = String(unit, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }.joined()
      return "{\"\(field)\":\"\(escaped)\"}"
    }

    @Test func handlesAreASCIIAndUnique() throws {
      let server = try TestServer()
      let place = try server.place()
      let owner = try server.client()
      #expect(try owner.request(.patch, "/api/me", json: json("handle", "admin")).status == 200)
      let other = try server.client(user: try server.makeUser("other", in: place.workspace))
      for text in Self.lookalikes {
        let response = try other.request(.patch, "/api/me", json: json("handle", text))
        #expect(response.status == 400, "\(text.unicodeScalars.map(\.value)): \(response.status)")
      }
      for text in ["ADMIN", "@Admin", " admin "] {
        #expect(try other.request(.patch, "/api/me", json: json("handle", text)).status == 409, "\(text)")
      }
      // A message that names a lookalike means nobody.
      for text in Self.lookalikes where text.unicodeScalars.allSatisfy({ $0.value != 0 }) {
        let body = json("body", "@\(text) look")
        let posted = try other.call(.post, "/api/channels/\(place.general)/messages", json: body)
        let mentions = posted["message"]["mentions"].elements.map { $0["handle"].text }
        #expect(!mentions.contains("admin"), "\(text.unicodeScalars.map(\.value))")
      }
    }

    @Test func slugsAreASCIIUniqueAndTheSameForEqualTexts() throws {
      let server = try TestServer()
      let place = try server.place()
      let owner = try server.client()
      func slug(of name: String) throws -> String {
        let made = try owner.call(.post, "/api/workspaces", json: json("name", name))
        let id = made["workspace"]["id"].text
        let slug = made["workspace"]["slug"].text
        _ = try owner.call(.patch, "/api/workspaces/\(id)", json: json("slug", "gone-\(id.suffix(8))"))
        return slug
      }
      for name in Self.lookalikes + ["Caf\u{e9} \u{212a}elvin"] {
        let slug = try slug(of: "x " + name)
        #expect(
          slug.utf8.allSatisfy { (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d }, "\(slug)")
        #expect(
          slug != "x-admin"
            || name.unicodeScalars.contains { $0.properties.isDefaultIgnorableCodePoint || $0.value == 0 })
      }
      // Composed and decomposed forms of one text, and the Kelvin sign, which is no k but a K.
      #expect(try slug(of: "caf\u{e9}1") == slug(of: "cafe\u{301}1"))
      let channel = "/api/workspaces/\(place.workspace)/channels"
      #expect(try owner.request(.post, channel, json: json("name", "caf\u{e9}s")).status == 201)
      #expect(try owner.request(.post, channel, json: json("name", "cafe\u{301}s")).status == 409)
    }

    @Test func namesThatAreShownHaveNothingInvisible() throws {
      let server = try TestServer()
      _ = try server.place()
      let client = try server.client()
      func shown(_ name: String) throws -> Response {
        try client.request(.patch, "/api/me", json: json("display_name", name))
      }
      let cleaned = [
        ("a\u{200b}dmin", "admin"), ("\u{202e}nimda", "nimda"), ("ad\u{0}min", "ad min"), ("\u{feff}admin", "admin"),
        ("a\nb", "a b"), ("admin\u{e0061}", "admin"), ("a\u{200d}dmin", "admin"), ("\u{2066}a\u{2069}", "a"),
        // What belongs to letters and pictures stays.
        ("👩\u{200d}🚀", "👩\u{200d}🚀"), ("❤\u{fe0f}", "❤\u{fe0f}"), ("نمی\u{200c}خواهم", "نمی\u{200c}خواهم"),
        ("Зоя", "Зоя"),
        ("🏳\u{fe0f}\u{200d}🌈", "🏳\u{fe0f}\u{200d}🌈"),
      ]
      for (given, wanted) in cleaned {
        let response = try shown(given)
        #expect(response.status == 200, "\(wanted): \(response.text)")
        #expect(Array(try response.json()["user"]["display_name"].text.utf8) == Array(wanted.utf8), "\(wanted)")
      }
      for nothing in ["\u{3164}", "\u{200b}\u{2060}", "\u{202e}", "\u{0}", "\u{ad}", "\u{fe0f}"] {
        #expect(try shown(nothing).status == 400, "\(nothing.unicodeScalars.map(\.value))")
      }
    }

    @Test func addressesThatOnlyLookAlikeAreDifferentPeople() throws {
      let server = try TestServer()
      let place = try server.place()
      let first = try server.makeUser("kim", in: place.workspace)
      let made = try server.command(
        ["admin", "user", "create", "--name", "other", "--email", "\u{212a}im@example.test"])
      #expect(made.exitCode != 0 || made.output.filter { !$0.isWhitespace } != first)
    }
  }
}
