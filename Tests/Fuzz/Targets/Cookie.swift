@testable import HTTP

/// Cookies: duplicates stay visible, looking for one finds what reading all finds, and what we set comes back.
func fuzzCookie(_ bytes: [UInt8]) {
  var headers: HTTPHeaders = [:]
  // Lines are fields of their own: a client may send several.
  for line in bytes.split(separator: ASCII.lf, maxSplits: 3) {
    headers.append("Cookie", String(decoding: line, as: UTF8.self))
  }
  let cookies = HTTPCookies(headers)
  invariant(cookies.cookies.count <= HTTPCookies.countMax, "too many cookies")
  for cookie in cookies.cookies.prefix(4) {
    invariant(!cookie.name.isEmpty && cookie.name.utf8.allSatisfy(\.isTokenByte), "a name that is no token")
    invariant(!cookie.value.utf8.contains(ASCII.semicolon), "a value that holds the next cookie")
    let all = cookies.cookies.filter { $0.name.utf8.elementsEqual(cookie.name.utf8) }.map(\.value)
    let values = HTTPCookies.values(of: cookie.name, in: headers)
    invariant(values.starts(with: all), "cookies disagree")
    invariant(cookies[cookie.name] == all.first, "the first cookie is another one")
    checkSent(cookie)
  }
}

private func checkSent(_ cookie: HTTPCookies.Cookie) {
  guard let value = outcome({ () throws(HTTPFieldError) in try SetCookie(cookie.name, cookie.value).fieldValue })
  else { return }
  invariant(value.utf8.allSatisfy { (0x20...0x7e).contains($0) }, "a Set-Cookie field that can't be sent")
  let sent = HTTPCookies(["Cookie": String(value.prefix { $0 != ";" })]).cookies
  invariant(sent == [cookie], "a cookie does not survive")
}
