@testable import HTTP
@testable import Runtime
@testable import Storage

/// Addresses, blocks of them, and URLs to call or to return to: what is written is read back, and two parsers agree.
func fuzzAddress(_ bytes: [UInt8]) {
  let text = String(decoding: bytes, as: UTF8.self)
  if let address = IPAddress(text) { check(address, text) }
  if let range = IPRange(text) {
    invariant(range.contains(range.base), "a block without its first address")
    invariant(!text.utf8.contains(0), "a NUL ends the text early")
  }
  // Other names would be looked up.
  if text.hasPrefix("[") || text.hasPrefix(":") || text.hasPrefix("unix:")
    || IPAddress(text.prefix { $0 != ":" }) != nil
  {
    checkSocket(text)
  }
  checkURL(text)
}

private func check(_ address: IPAddress, _ text: String) {
  invariant(text.utf8.allSatisfy { $0 != 0 }, "a NUL ends the text early")
  invariant(IPAddress(address.description) == address, "an address does not survive")
  invariant(IPRange(address.description)?.contains(address) == true, "a block of one without it")
  invariant(address.bytes.count == (address.isIPv4 ? 4 : 16), "another length")
  invariant(!(address.isPublic && (address.isPrivate || address.isLoopback)), "both public and not")
}

private func checkSocket(_ text: String) {
  guard let socket = outcome({ () throws(SocketAddress.ParseError) in try SocketAddress.parse(text) }) else { return }
  let again = outcome { () throws(SocketAddress.ParseError) in try SocketAddress.parse(socket.description) }
  invariant(again == socket, "a socket's address does not survive: \(socket)")
}

private func checkURL(_ text: String) {
  if let url = outcome({ () throws(OutboundHTTPError) in try OutboundURL(text) }) {
    invariant(["http", "https"].contains(url.scheme) && !url.host.isEmpty, "a URL that can't be called")
    invariant(UInt16(url.port) != nil, "no port: \(url.port)")
    let ends = Set(" /@?#".utf8)
    invariant(!url.host.utf8.contains { $0 < 0x20 || ends.contains($0) }, "a host that is none: \(url.host)")
    // What is decided by the text must be true of the connection.
    if let origin = WebOriginText.normalized(text) {
      invariant(origin.hasPrefix(url.scheme + "://"), "another scheme: \(origin)")
    }
  }
  if let callback = outcome({ () throws(StoreError) in try CallbackURL.validated(text) }) {
    invariant(callback.utf8.count <= CallbackURL.bytesMax, "too long")
    let again = outcome { () throws(StoreError) in try CallbackURL.validated(callback) }
    invariant(again == callback, "not a normal form")
    if let url = outcome({ () throws(OutboundHTTPError) in try OutboundURL(callback) }) {
      let isEncrypted = callback.lowercased().hasPrefix("https://")
      invariant(isEncrypted == (url.scheme == "https"), "another scheme: \(callback)")
    }
  }
  if let url = outcome({ () throws(StoreError) in try AvatarURL.validated(text) }), !url.isEmpty {
    invariant(url.utf8.count <= AvatarURL.bytesMax, "too long")
    let scheme = url.prefix { $0 != ":" }.lowercased()
    invariant(["http", "https"].contains(scheme), "a picture of another scheme: \(scheme)")
    let again = outcome { () throws(StoreError) in try AvatarURL.validated(url) }
    invariant(again == url, "not a normal form")
  }
  if let path = outcome({ () throws(StoreError) in try ReturnPath.validated(text) }) {
    invariant(path.utf8.count <= ReturnPath.bytesMax && path.hasPrefix("/app"), "a page elsewhere")
    invariant(!path.hasPrefix("//") && !path.utf8.contains(ASCII.backslash), "a page of another server")
    invariant(path.utf8.allSatisfy { (0x21...0x7e).contains($0) }, "a Location that can't be sent")
  }
}
