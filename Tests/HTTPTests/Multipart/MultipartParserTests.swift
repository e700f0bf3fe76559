import SeededRandom
import Testing

@testable import HTTP

@Suite struct MultipartParserTests {
  private func parse(_ text: String, contentType: String = "multipart/form-data; boundary=b") -> MultipartLog {
    MultipartLog([Array(text.utf8)], contentType: contentType)
  }

  private func part(_ disposition: String, _ content: String = "x") -> String {
    "--b\r\nContent-Disposition: \(disposition)\r\n\r\n\(content)\r\n--b--\r\n"
  }

  @Test func readsFieldsAndFiles() {
    let log = parse(
      "--b\r\nContent-Disposition: form-data; name=\"width\"\r\n\r\n640\r\n--b\r\n"
        + "content-disposition: form-data; name=file; filename=\"a b.txt\"\r\nContent-Type: text/plain\r\n\r\n"
        + "one\r\n--\r\n--bb\r\r\n\r\n--b--\r\nepilogue")
    #expect(log.error?.status.code == 400)
    let fine = parse(
      "--b\r\nContent-Disposition: form-data; name=\"width\"\r\n\r\n640\r\n--b\r\n"
        + "content-disposition: form-data; name=file; filename=\"a b.txt\"\r\nContent-Type: text/plain\r\n\r\n"
        + "one\r\n--\r\n--c\r\r\n\r\n--b--\r\nepilogue")
    #expect(fine.error == nil)
    #expect(fine.isEnded)
    #expect(fine.parts.map(\.head.name) == ["width", "file"])
    #expect(fine.parts.map(\.head.filename) == [nil, "a b.txt"])
    #expect(fine.parts.map(\.head.contentType) == [nil, "text/plain"])
    #expect(fine.parts.map { String(decoding: $0.content, as: UTF8.self) } == ["640", "one\r\n--\r\n--c\r\r\n"])
    #expect(fine.parts.allSatisfy { $0.isComplete })
  }

  @Test func readsAnEmptyFileAndAnEmptyForm() {
    #expect(parse(part("form-data; name=\"file\"; filename=\"e\"", "")).parts.map(\.content) == [[]])
    let empty = parse("--b--\r\n")
    #expect(empty.isEnded && empty.parts.isEmpty && empty.error == nil)
  }

  @Test(
    arguments: [
      (#"form-data; name="file"; filename="C:\dir\a.txt""#, #"C:\dir\a.txt"#),
      (#"form-data; name="file"; filename="say \"hi\".txt""#, #"say "hi".txt"#),
      (#"form-data; name="file"; filename="a;b=c.txt""#, "a;b=c.txt"),
      (#"form-data; name="file"; filename="x"; filename*=UTF-8''na%C3%AFve.txt"#, "naïve.txt"),
      (#"form-data ;  name="file" ; filename=plain.txt"#, "plain.txt"),
      (#"FORM-DATA; NAME="file"; FileName="ü.txt""#, "ü.txt"),
    ])
  func readsFileNamesAsClientsWriteThem(disposition: String, filename: String) {
    let log = parse(part(disposition))
    #expect(log.error == nil)
    #expect(log.parts.first?.head.filename == filename)
  }

  @Test(
    arguments: [
      "attachment; name=\"file\"", "form-data", "form-data; filename=\"a\"", "form-data; name=\"a\"; name=\"b\"",
      "form-data; name=\"a", "form-data; name=", "form-data; name=\"a\" x", "form-data; =\"a\"",
      "form-data; name=a; filename*=latin1''x", "form-data; name=\"a\";",
    ])
  func refusesMalformedDispositions(disposition: String) {
    #expect(parse(part(disposition)).error?.status.code == 400)
  }

  @Test(
    arguments: [
      "", "--b", "--b\r\n", "--x\r\n", "preamble\r\n--b--\r\n", "--b \r\n\r\n--b--", "--b\n\n--b--", "--b-\r\n",
      "--b\r\n\r\nno header\r\n--b--\r\n", "--b\r\nContent-Disposition: form-data; name=a\r\n\r\ncut off",
      "--b\r\nContent-Disposition: form-data; name=a\r\n\r\ncut off\r\n--b",
      "--b\r\nContent-Disposition: form-data; name=a\r\n folded\r\n\r\nx\r\n--b--\r\n",
      "--b\r\nContent-Disposition: form-data; name=a\nX: y\r\n\r\nx\r\n--b--\r\n",
      "--b\r\nContent-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64\r\n\r\nx\r\n--b--\r\n",
      "--b\r\nContent-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b\r\n\r\nx\r\n--b--\r\n",
    ])
  func refusesWhatIsNoForm(body: String) {
    #expect(parse(body).error?.status.code == 400, "\(body)")
  }

  @Test(
    arguments: [
      "application/json", "multipart/form-data", "multipart/form-data; boundary=", "multipart/mixed; boundary=b",
      "multipart/form-data; boundary=\"a b\"", "multipart/form-data; boundary=" + String(repeating: "b", count: 71),
    ])
  func refusesOtherTypesAndBoundaries(contentType: String) {
    #expect(parse("--b--\r\n", contentType: contentType).error?.status.code == 400)
  }

  @Test func everythingIsBounded() {
    let one = "--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n"
    let fields = String(repeating: "X: y\r\n", count: 20)
    let long = "X: " + String(repeating: "y", count: 9_000) + "\r\n"
    func refuses(_ body: String) -> Bool { parse(body).error?.status.code == 400 }
    #expect(!refuses(String(repeating: one, count: 32) + "--b--\r\n"))
    #expect(refuses(String(repeating: one, count: 33) + "--b--\r\n"))
    #expect(refuses("--b\r\nContent-Disposition: form-data; name=a\r\n\(fields)\r\nx\r\n--b--\r\n"))
    #expect(refuses("--b\r\nContent-Disposition: form-data; name=a\r\n\(long)\r\nx\r\n--b--\r\n"))
    #expect(refuses("--b--\r\n" + String(repeating: "e", count: 2_000)))
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func howTheBodyIsCutMakesNoDifference(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let boundary = ["b", "--b", "----WebKitFormBoundaryx", "-"].randomElement(using: &random) ?? "b"
    var body: [UInt8] = []
    var contents: [[UInt8]] = []
    for index in 0..<Int.random(in: 0...5, using: &random) {
      // Content made of what delimiters are made of, without ever being one.
      var content: [UInt8] = []
      let fragments = ["\r", "\n", "\r\n", "-", "\r\n-", "\r\n--", "x", "\r\r\n--y"]
      for _ in 0..<Int.random(in: 0...60, using: &random) {
        content += Array(fragments[Int.random(in: 0..<fragments.count, using: &random)].utf8)
      }
      let delimiter = Array("\r\n--\(boundary)".utf8)
      let whole = content + delimiter
      guard whole.indices.filter({ whole[$0...].starts(with: delimiter) }).count == 1 else { continue }
      contents.append(content)
      body += Array("--\(boundary)\r\nContent-Disposition: form-data; name=\"f\(index)\"\r\n\r\n".utf8) + content
      body += Array("\r\n".utf8)
    }
    body += Array("--\(boundary)--\r\n".utf8)
    let type = "multipart/form-data; boundary=\"\(boundary)\""
    let whole = MultipartLog([body], contentType: type)
    #expect(whole.error == nil, "seed \(seed)")
    #expect(whole.parts.map(\.content) == contents, "seed \(seed)")
    for _ in 0..<20 {
      #expect(MultipartLog(random.pieces(of: body), contentType: type) == whole, "seed \(seed)")
    }
    // Cut off anywhere, it is refused.
    let end = Int.random(in: 0..<body.count - 2, using: &random)
    #expect(MultipartLog(random.pieces(of: Array(body[..<end])), contentType: type).error != nil, "seed \(seed)")
  }
}
