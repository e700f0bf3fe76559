import Testing

@testable import Storage

/// The stored form of a name is the same again by the same rule, and nothing that only looks like a letter is in it.
@Suite struct NameRuleTests {
  private typealias Rule = (name: String, bytesMax: Int, stored: @Sendable (String) throws -> String)

  private static let rules: [Rule] = [
    ("handle", 32, { try Handle.validated($0) }),
    ("display name", DisplayName.bytesMax, { try DisplayName.validated($0) }),
    ("name", Names.bytesMax, { try Names.required($0, of: "topic") }),
    ("slug", .max, { Names.slug($0) }),
    ("command", 33, { try CommandName.validated($0) }),
    ("email", EmailAddress.bytesMax, { try EmailAddress.validated($0) }),
    ("file name", UploadDraft.filenameBytesMax, { UploadDraft.harmless($0) }),
    ("trimmed", .max, { PlainText.trimmed($0) }),
  ]

  @Test func storedFormsAreFinal() throws {
    let seed = UInt64.random(in: .min ... .max)
    var random = SplitMix64(seed: seed)
    for _ in 0..<3_000 {
      let text = HostileText.random(upTo: 24, using: &random)
      for rule in Self.rules {
        guard case .success(let stored) = Result(catching: { try rule.stored(text) }) else { continue }
        #expect(stored.utf8.count <= rule.bytesMax, "seed \(seed), \(rule.name): \(text)")
        let again = Result { try stored.isEmpty ? "" : rule.stored(stored) }
        #expect(try again.get().utf8.elementsEqual(stored.utf8), "seed \(seed), \(rule.name): \(text)")
      }
    }
  }

  @Test(arguments: ["аlice", "ａlice", "ali\u{200b}ce", "ali\u{301}ce", "alice\u{202e}", "ⅼice", "al\u{0}ice", "ßen"])
  func whatOnlyLooksLikeAHandleIsNone(text: String) {
    expectRefusal(.invalid) { _ = try Handle.validated(text) }
    #expect(CommandName.normalized(text) == nil)
    #expect(Names.slug(text).utf8.allSatisfy { $0 == 0x2d || (0x30...0x39).contains($0) || (0x61...0x7a).contains($0) })
  }

  @Test(arguments: [
    ("../../etc/passwd", "passwd"), ("C:\\a\\b.png", "b.png"), ("..", "file"), ("a/", "a"), ("", "file"),
    ("x\u{202e}gnp.exe", "xgnp.exe"), ("a\u{0}b\r\n", "ab"),
    (String(repeating: "b", count: 254) + " c", String(repeating: "b", count: 254)),
  ])
  func fileNamesAreHarmless(text: String, expected: String) {
    #expect(UploadDraft.harmless(text) == expected)
  }
}
