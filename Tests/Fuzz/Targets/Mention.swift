@testable import Storage

/// Mentions: every one is a handle that stands in the body, and letters' case does not matter.
func fuzzMention(_ bytes: [UInt8]) {
  let body = String(decoding: bytes, as: UTF8.self)
  let handles = Mentions.handles(in: body)
  invariant(Set(handles).count == handles.count, "a handle twice")
  let lower = asciiLowercased(body)
  for handle in handles {
    let valid = outcome { () throws(StoreError) in try Handle.validated(handle) }
    invariant(valid == handle, "not a handle: \(handle)")
    invariant(lower.utf8.firstRange(of: "@\(handle)".utf8) != nil, "a handle that is not there: \(handle)")
  }
  invariant(Mentions.handles(in: lower) == handles, "the case counts")
  invariant(Mentions.handles(in: body + " ") == handles, "white space at the end counts")
  invariant(Mentions.handles(in: "\n" + body) == handles, "white space at the start counts")
  // What stands in a line of its own mentions somebody, whatever came before it, unless a link is still open.
  if !body.utf8.contains(UInt8(ascii: "[")) {
    let more = handles.contains("zz") ? handles : handles + ["zz"]
    invariant(Mentions.handles(in: body + "\n@zz") == more, "a mention is lost")
  }
}

private func asciiLowercased(_ text: String) -> String {
  String(decoding: text.utf8.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
}
