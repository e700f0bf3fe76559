/// Targets, queries, forms, cookies, media types and the other small grammars: no crash, and their invariants.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafeRawPointer, _ count: Int) -> CInt {
  let bytes = [UInt8](UnsafeRawBufferPointer(start: start, count: count))
  let text = String(decoding: bytes, as: UTF8.self)
  let isValid = String(validating: bytes, as: UTF8.self) != nil
  invariant(UTF8Validator.isValid(bytes) == isValid, "UTF-8 validation disagrees with the standard library")
  checkTarget(text)
  checkForm(bytes)
  checkFields(text)
  return 0
}

private func checkTarget(_ text: String) {
  guard let head = outcome({ () throws(HTTPParseError) in try HTTPRequestHead(method: .get, target: text) }) else {
    return
  }
  invariant(head.target == text, "the target changes")
  invariant(!head.pathSegments.contains { $0.utf8.contains(0) }, "an encoded NUL got through")
  let slashes = head.path.utf8.count(where: { $0 == ASCII.slash })
  invariant(head.pathSegments.count == slashes, "an encoded slash separates")
  _ = outcome { () throws(HTTPParseError) in try head.queryParameters() }
  if case .found(_, let parameters) = router.match(head), let path = parameters["path"] {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    invariant(!parts.contains { $0.isEmpty || $0 == "." || $0 == ".." }, "a catch-all climbs: \(path)")
  }
}

private func checkForm(_ bytes: [UInt8]) {
  guard let form = outcome({ () throws(HTTPParseError) in try URLEncodedParameters(parsing: bytes) }) else { return }
  invariant(form.pairs.count <= URLEncodedParameters.countMaxDefault, "too many pairs")
  invariant(form.pairs.allSatisfy { !$0.name.utf8.contains(0) && !$0.value.utf8.contains(0) }, "an encoded NUL")
  let encoded = form.pairs.map { "\(escape($0.name))=\(escape($0.value))" }.joined(separator: "&")
  let again = outcome { () throws(HTTPParseError) in try URLEncodedParameters(parsing: Array(encoded.utf8)) }
  invariant(again == form, "the pairs do not survive")
}

private func checkFields(_ text: String) {
  let headers: HTTPHeaders = [
    "Cookie": text, "Accept-Encoding": text, "If-None-Match": text, "Last-Event-ID": text, "Connection": text,
  ]
  let cookies = HTTPCookies(headers)
  if let first = cookies.cookies.first {
    invariant(HTTPCookies.values(of: first.name, in: headers).first == first.value, "cookies disagree")
    let cookie = SetCookie(first.name, first.value)
    if let value = outcome({ () throws(HTTPFieldError) in try cookie.fieldValue }) {
      let sent = HTTPCookies(["Cookie": String(value.prefix { $0 != ";" })]).cookies
      invariant(sent == [first], "a cookie does not survive")
    }
  }
  _ = AcceptEncoding(headers).prefersGzip
  _ = headers.contains("connection", token: "close")
  _ = ServerSentEvent.lastEventID(headers)
  if let tag = outcome({ () throws(HTTPFieldError) in try EntityTag(text) }) {
    invariant(tag.matchesIfNoneMatch(["If-None-Match": tag.fieldValue]), "a tag does not match itself")
  }
  if let type = MediaType(parsing: text) { invariant(type.essence == type.essence.lowercased(), "upper case") }
  if let date = HTTPDate(parsing: text) { invariant(date.text == text, "a date changes") }
  var stream: [UInt8] = []
  if outcome({ () throws(HTTPFieldError) in try ServerSentEvent(data: text).append(to: &stream) }) != nil {
    invariant(!stream.dropLast(2).contains(ASCII.cr) && stream.suffix(2) == [ASCII.lf, ASCII.lf], "a broken event")
    let lines = stream.dropLast(2).split(separator: ASCII.lf, omittingEmptySubsequences: false)
    invariant(lines.allSatisfy { $0.starts(with: "data: ".utf8) }, "data leave their field")
  }
}

private func escape(_ text: String) -> String {
  text.utf8.map { byte in "%" + String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }.joined()
}

private func outcome<Value, Failure: Error>(_ body: () throws(Failure) -> Value) -> Value? {
  do throws(Failure) { return try body() } catch { return nil }
}

private let router: Router<Int> = {
  var router = Router<Int>()
  do throws(RouteError) {
    for pattern in ["/", "/a", "/a/{id}", "/a/{id}/b", "/a/b/c", "/{kind}/x", "/files/{path*}"] {
      try router.add(.get, pattern, 1)
    }
  } catch {
    fatalError("\(error)")
  }
  return router
}()
