@testable import HTTP

/// Range, If-None-Match, If-Match and dates: ranges lie in the file, tags match themselves, dates are read as written.
func fuzzCondition(_ bytes: [UInt8]) {
  let text = String(decoding: bytes, as: UTF8.self)
  for length in [0, 1, 10, Int64.max] { checkRange(text, of: length) }
  if let date = HTTPDate(parsing: text) { invariant(date.text == text, "a date changes") }

  let headers: HTTPHeaders = ["If-None-Match": text, "If-Match": text]
  guard let known = outcome({ () throws(HTTPFieldError) in try EntityTag("a") }),
    let weak = outcome({ () throws(HTTPFieldError) in try EntityTag("a", isWeak: true) })
  else { return invariant(false, "a plain tag is refused") }
  invariant(!known.matchesIfMatch(headers) || known.matchesIfNoneMatch(headers), "strong but not weak")
  invariant(weak.matchesIfNoneMatch(headers) == known.matchesIfNoneMatch(headers), "weakness counts")
  guard let tag = outcome({ () throws(HTTPFieldError) in try EntityTag(text) }) else { return }
  invariant(tag.matchesIfNoneMatch(["If-None-Match": tag.fieldValue]), "a tag does not match itself")
  invariant(tag.matchesIfMatch(["If-Match": "\"b\", \(tag.fieldValue), W/\"c\""]), "a tag is not found in a list")
  invariant(text == "b" || !tag.matchesIfMatch(["If-Match": "\"b\""]), "a tag matches another one")
}

private func checkRange(_ field: String, of length: Int64) {
  guard case .part(let range) = ByteRange(field, of: length) else { return }
  invariant(!range.isEmpty && range.lowerBound >= 0 && range.upperBound <= length, "a range outside of the file")
  let exact = "bytes=\(range.lowerBound)-\(range.upperBound - 1)"
  invariant(ByteRange(exact, of: length) == .part(range), "a range changes when it is written out")
}
