/// Forms: pieces do not matter, every part ends before the next begins, and nothing follows the end.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafeRawPointer, _ count: Int) -> CInt {
  let bytes = [UInt8](UnsafeRawBufferPointer(start: start, count: count))
  guard let seed = bytes.first else { return 0 }
  let body = Array(bytes.dropFirst())
  invariant(FormLog([body]) == FormLog(pieces(of: body, seed: seed)), "pieces matter")
  return 0
}

private struct FormLog: Equatable {
  var parts: [MultipartPart] = []
  var contents: [[UInt8]] = []
  var error: HTTPParseError?

  init(_ pieces: [[UInt8]]) {
    var isOpen = false
    var isEnded = false
    do throws(HTTPParseError) {
      var parser = try MultipartParser(contentType: "multipart/form-data; boundary=b")
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
