@testable import HTTP

/// Request targets, percent escapes, queries and routes: nothing changes on the way, no NUL, and no file name climbs.
func fuzzPath(_ bytes: [UInt8]) {
  let isValid = String(validating: bytes, as: UTF8.self) != nil
  invariant(UTF8Validator.isValid(bytes) == isValid, "UTF-8 validation disagrees with the standard library")
  let text = String(decoding: bytes, as: UTF8.self)
  checkEscapes(bytes, text)
  // A path of any bytes, whether or not a request may have it.
  check(router.match(.get, path: text))
  guard let head = outcome({ () throws(HTTPParseError) in try HTTPRequestHead(method: .get, target: text) }) else {
    return
  }
  invariant(head.target == text, "the target changes")
  invariant(!head.pathSegments.contains { $0.utf8.contains(0) }, "an encoded NUL got through")
  let slashes = head.path.utf8.count(where: { $0 == ASCII.slash })
  invariant(head.pathSegments.count == slashes, "an encoded slash separates")
  check(router.match(head))
  checkReencoded(head)
  if let parameters = outcome({ () throws(HTTPParseError) in try head.queryParameters() }) {
    invariant(parameters.pairs.count <= URLEncodedParameters.countMaxDefault, "too many parameters")
  }
}

/// What any text becomes by escaping is that text again by decoding.
private func checkEscapes(_ bytes: [UInt8], _ text: String) {
  let escaped = Array(URLEncodedParameters.escaped(text).utf8)
  invariant(escaped.withBytes { PercentDecoding.text($0) } == text, "escaping loses something")
  invariant(escaped.withBytes { PercentDecoding.text($0, plusIsSpace: true) } == text, "escaping is not for forms")
  let decoded = bytes.withBytes { PercentDecoding.decode($0) }
  invariant(decoded.count <= bytes.count, "decoding adds bytes")
}

private func check(_ match: RouteMatch<Int>) {
  guard case .found(_, let parameters) = match else { return }
  if let path = parameters["path"] {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    invariant(!parts.contains { $0.isEmpty || $0 == "." || $0 == ".." }, "a catch-all climbs: \(path)")
    invariant(!path.utf8.contains(ASCII.backslash), "a backslash in a file name: \(path)")
  }
  for name in ["id", "kind"] { invariant(parameters[name] != "", "an empty parameter") }
}

/// The same path, every byte of its segments escaped, leads to the same route.
private func checkReencoded(_ head: HTTPRequestHead) {
  guard head.path.utf8.first == ASCII.slash, head.pathSegments.allSatisfy({ !$0.utf8.contains(0) }) else { return }
  let segments = head.pathSegments.map { segment in segment.utf8.map(escape).joined() }
  let path = "/" + segments.joined(separator: "/")
  guard case .found(let route, let parameters) = router.match(head) else { return }
  guard case .found(let other, let others) = router.match(.get, path: path) else {
    return invariant(false, "the escaped path \(path) leads nowhere")
  }
  invariant(other == route && others == parameters, "the escaped path \(path) leads elsewhere")
}

private func escape(_ byte: UInt8) -> String {
  byte == 0 ? "%00" : "%" + String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
}

private let router: Router<Int> = {
  var router = Router<Int>()
  do throws(RouteError) {
    let patterns = ["/", "/a", "/a/{id}", "/a/{id}/b", "/a/b/c", "/{kind}/x", "/a/{id}/{kind}/c", "/files/{path*}"]
    for (index, pattern) in patterns.enumerated() { try router.add(.get, pattern, index) }
    try router.add(.post, "/a/{id}", patterns.count)
  } catch {
    fatalError("\(error)")
  }
  return router
}()
