@testable import HTTP
import Storage

/// Forms: pieces do not matter, every part ends before the next begins, and nothing follows the end.
func fuzzMultipart(_ bytes: [UInt8]) {
  guard let seed = bytes.first else { return }
  let body = Array(bytes.dropFirst())
  let log = FormLog([body])
  invariant(log == FormLog(pieces(of: body, seed: seed)), "pieces matter")
  checkUpload(log)
  let narrow = MultipartLimits(partCountMax: 2, headerBytesMax: 80, headerCountMax: 2, epilogueBytesMax: 4)
  let within = FormLog([body], limits: narrow)
  invariant(within == FormLog(pieces(of: body, seed: seed), limits: narrow), "pieces matter at the limits")
  invariant(within.parts.count <= 2 && within.parts.allSatisfy { $0.name.utf8.count < 240 }, "a limit is passed")
  if within.error == nil { return invariant(within == log, "limits matter within them") }
  invariant(log.parts.starts(with: within.parts), "other parts before a limit")
}

/// The fields that an upload's form may have.
private func checkUpload(_ log: FormLog) {
  var form = UploadForm()
  do throws(StoreError) {
    for (part, content) in zip(log.parts, log.contents) {
      try form.begin(part)
      try form.append(content[...])
    }
  } catch {
    return invariant(error.kind == .invalid, "a surprising refusal")
  }
  for number in [form.width, form.height, form.durationMilliseconds] {
    invariant((0..<(1 << 31)).contains(number), "a number out of bounds")
  }
  invariant((form.workspaceID ?? "x").isEmpty == false, "an empty workspace")
}

/// What the parser made of a form.
private struct FormLog: Equatable {
  var parts: [MultipartPart] = []
  var contents: [[UInt8]] = []
  var error: HTTPParseError?

  init(_ pieces: [[UInt8]], limits: MultipartLimits = MultipartLimits()) {
    var isOpen = false
    var isEnded = false
    do throws(HTTPParseError) {
      var parser = try MultipartParser(contentType: "multipart/form-data; boundary=b", limits: limits)
      for piece in pieces {
        var input = piece[...]
        while let event = try parser.next(&input) {
          invariant(!isEnded, "something follows the end")
          switch event {
          case .part(let part):
            invariant(!isOpen, "a part begins within another")
            isOpen = true
            parts.append(part)
            contents.append([])
          case .data(let data):
            invariant(isOpen && !data.isEmpty, "content outside of a part")
            contents[contents.count - 1] += data
          case .partEnd:
            invariant(isOpen, "the end of no part")
            isOpen = false
          case .end: isEnded = true
          }
        }
        invariant(input.isEmpty, "input is left")
      }
      try parser.finish()
      invariant(isEnded && !isOpen, "an incomplete form is accepted")
    } catch {
      self.error = error
    }
  }
}
