import SeededRandom
import Testing

@testable import HTTP

@Suite struct FilenameParametersTests {
  private func read(_ name: String) throws -> String? {
    let field = "form-data; name=\"file\"" + FilenameParameters.text(name)
    #expect(field.utf8.allSatisfy { (0x20...0x7e).contains($0) }, "\(name)")
    return try field.withBytes { try ContentDisposition(formData: $0) }.filename
  }

  @Test func bothFormsAreWritten() {
    #expect(FilenameParameters.text("a b.txt") == "; filename=\"a b.txt\"; filename*=UTF-8''a%20b.txt")
    #expect(FilenameParameters.text("é\"\\%\n") == "; filename=\"_____\"; filename*=UTF-8''%C3%A9%22%5C%25%0A")
  }

  @Test func whatIsWrittenIsReadBack() throws {
    let seed = UInt64.random(in: .min ... .max)
    var random = SeededGenerator(seed: seed)
    for _ in 0..<1_000 {
      var name = String.UnicodeScalarView()
      for _ in 0..<Int.random(in: 1...12, using: &random) {
        let plane = [0x80, 0x800, 0xD800, 0x11_0000][Int.random(in: 0..<4, using: &random)]
        if let scalar = Unicode.Scalar(UInt32.random(in: 1..<UInt32(plane), using: &random)) { name.append(scalar) }
      }
      #expect(try read(String(name)).map { Array($0.utf8) } == Array(String(name).utf8), "seed \(seed)")
    }
  }
}
