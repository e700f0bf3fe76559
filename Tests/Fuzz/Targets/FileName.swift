@testable import HTTP
@testable import Storage

/// Names of files: harmless in any form, and a client that reads our Content-Disposition gets the same name.
func fuzzFileName(_ bytes: [UInt8]) {
  let text = String(decoding: bytes, as: UTF8.self)
  let name = UploadDraft.harmless(text)
  invariant(UploadDraft.harmless(name) == name, "not a normal form")
  invariant((1...UploadDraft.filenameBytesMax).contains(name.utf8.count), "another length")
  invariant(name != "." && name != ".." && !name.utf8.contains { $0 == 0x2f || $0 == 0x5c || $0 < 0x20 }, "a path")
  invariant(!name.unicodeScalars.contains { (0x202a...0x202e).contains($0.value) }, "text in another direction")
  for any in [name, text] where !any.utf8.contains(0) { checkField(any) }

  // What clients send is any bytes.
  if let disposition = outcome({ () throws(HTTPParseError) in
    try bytes.withBytes { (bytes) throws(HTTPParseError) in try ContentDisposition(formData: bytes) }
  }) {
    invariant(disposition.name.utf8.count <= 3 * bytes.count, "a longer name")
  }
}

private func checkField(_ name: String) {
  let field = "form-data; name=\"file\"" + FilenameParameters.text(name)
  invariant(field.utf8.allSatisfy { (0x20...0x7e).contains($0) }, "a field that can't be sent")
  let read = outcome { () throws(HTTPParseError) in
    try field.withBytes { (bytes) throws(HTTPParseError) in try ContentDisposition(formData: bytes) }
  }
  invariant(read?.name == "file" && read.map { $0.filename.map { Array($0.utf8) } } == Array(name.utf8), "another name")
}
