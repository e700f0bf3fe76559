import Foundation
import SeededRandom
import Testing

@testable import Runtime

@Suite struct MailMessageTests {
  /// A reader of its own for what the encoder may write: unfolds, decodes encoded words and quoted-printable.
  private struct Reading {
    var fields: [String: String] = [:]
    var text = ""

    init(_ bytes: [UInt8]) throws {
      let whole = try #require(String(validating: bytes, as: UTF8.self))
      let parts = try #require(whole.firstRange(of: "\r\n\r\n"))
      let head = whole[..<parts.lowerBound].replacingOccurrences(of: "\r\n ", with: " ")
      for line in head.components(separatedBy: "\r\n") {
        let colon = try #require(line.firstIndex(of: ":"), "a field without a name: \(line)")
        let name = String(line[..<colon])
        #expect(fields[name] == nil, "\(name) twice")
        fields[name] = Self.words(line[line.index(after: colon)...].drop { $0 == " " })
      }
      text = try Self.quoted(String(whole[parts.upperBound...]))
    }

    static func words(_ value: Substring) -> String {
      var result = ""
      for word in value.split(separator: " ", omittingEmptySubsequences: false) {
        guard word.hasPrefix("=?utf-8?B?"), word.hasSuffix("?="),
          let data = Data(base64Encoded: String(word.dropFirst(10).dropLast(2)))
        else {
          result += (result.isEmpty ? "" : " ") + word
          continue
        }
        result += String(decoding: data, as: UTF8.self)
      }
      return result
    }

    static func quoted(_ body: String) throws -> String {
      var bytes: [UInt8] = []
      var rest = Array(body.replacingOccurrences(of: "=\r\n", with: "").utf8)[...]
      while let byte = rest.popFirst() {
        guard byte == UInt8(ascii: "=") else {
          bytes.append(byte)
          continue
        }
        bytes.append(try #require(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)))
        rest = rest.dropFirst(2)
      }
      return try #require(String(validating: bytes, as: UTF8.self))
    }
  }

  private func message(name: String = "ClickClack", subject: String = "Hello", text: String = "Hi.") throws
    -> MailMessage
  {
    MailMessage(
      from: try #require(MailAddress("chat@example.org")), fromName: name,
      to: try #require(MailAddress("ada@example.net")),
      subject: subject, text: text, id: "job_1", unixSeconds: 784_887_151)
  }

  /// A body's scalars with CRLF for each CR, LF and CRLF, and at the end.
  private static func withLineEnds(_ body: String) -> [Unicode.Scalar] {
    var expected: [Unicode.Scalar] = []
    var previous: Unicode.Scalar?
    for scalar in body.unicodeScalars {
      switch scalar {
      case "\n" where previous == "\r": break
      case "\r", "\n": expected += ["\r", "\n"]
      default: expected.append(scalar)
      }
      previous = scalar
    }
    if let last = expected.last, last != "\n" { expected += ["\r", "\n"] }
    return expected
  }

  @Test func aMessageLooksLikeThis() throws {
    let expected = """
      From: "ClickClack"\r
       <chat@example.org>\r
      To: <ada@example.net>\r
      Subject: Hello\r
      Date: Tue, 15 Nov 1994 08:12:31 +0000\r
      Message-ID:\r
       <job_1@example.org>\r
      MIME-Version: 1.0\r
      Content-Type: text/plain; charset=utf-8\r
      Content-Transfer-Encoding: quoted-printable\r
      Auto-Submitted: auto-generated\r
      \r
      Hi.\r\n
      """
    #expect(String(decoding: try message().bytes, as: UTF8.self) == expected)
  }

  @Test(arguments: [
    ("a=b", "a=3Db\r\n"), ("end \nnext\t\n", "end=20\r\nnext=09\r\n"),
    ("one\rtwo\r\nthree\n\n", "one\r\ntwo\r\nthree\r\n\r\n"),
    ("é", "=C3=A9\r\n"), ("", ""), ("\u{0}.", "=00.\r\n"),
  ])
  func bodiesAreQuotedPrintable(text: String, expected: String) {
    #expect(String(decoding: MailText.quotedPrintable(text), as: UTF8.self) == expected)
  }

  @Test func longLinesAreBrokenSoftly() {
    let exact = String(repeating: "x", count: 76)
    #expect(String(decoding: MailText.quotedPrintable(exact), as: UTF8.self) == exact + "\r\n")
    let longer = String(decoding: MailText.quotedPrintable(exact + "y"), as: UTF8.self)
    #expect(longer == String(repeating: "x", count: 75) + "=\r\nxy\r\n")
  }

  @Test func nothingLeavesItsPlace() throws {
    let injection = "x\r\nBcc: eve@example.org\r\n\r\nbody\u{2028}\u{85}y\u{0}"
    let reading = try Reading(try message(name: injection, subject: injection, text: "\r\n.\r\nRCPT TO:<x@y>").bytes)
    #expect(reading.fields.count == 9)
    #expect(reading.fields["Subject"]?.contains("Bcc: eve@example.org") == true)
    var strange = try message()
    strange.id = "a>\r\nX: y"
    #expect(String(decoding: strange.bytes, as: UTF8.self).contains("<aXy@example.org>"))
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func anyTextArrivesAsItWas(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for round in 0..<400 {
      func text(_ lengthMax: Int) -> String {
        var scalars = String.UnicodeScalarView()
        let ranges: [ClosedRange<UInt32>] = [
          0...0x20, 0x20...0x7e, 0x20...0x7e, 0x80...0x7ff, 0x2000...0x3000, 0x1f300...0x1f64f,
        ]
        for _ in 0..<Int.random(in: 0...lengthMax, using: &random) {
          guard let range = ranges.randomElement(using: &random) else { continue }
          if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &random)) { scalars.append(scalar) }
        }
        return String(scalars)
      }
      let (name, subject, body) = (text(60), text(200), text(400))
      let bytes = try message(name: name, subject: subject, text: body).bytes
      let comment: Comment = "seed \(seed), round \(round)"
      #expect(bytes.allSatisfy { $0 < 0x7f }, comment)
      let lines = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\r\n")
      #expect(lines.allSatisfy { $0.utf8.count <= 78 && !$0.utf8.contains(10) && !$0.utf8.contains(13) }, comment)
      let reading = try Reading(bytes)
      #expect(reading.fields.count == 9, comment)
      let cleaned = String(
        String.UnicodeScalarView(
          subject.unicodeScalars.map { scalar in
            [.control, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory) ? " " : scalar
          }))
      #expect(
        Array(reading.fields["Subject"]?.unicodeScalars ?? "".unicodeScalars) == Array(cleaned.unicodeScalars), comment)
      #expect(Array(reading.text.unicodeScalars) == Self.withLineEnds(body), comment)
    }
  }
}
