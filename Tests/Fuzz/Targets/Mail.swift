@testable import Runtime

/// Mail: whatever the texts hold, the message keeps its form and nothing leaves its place.
func fuzzMail(_ bytes: [UInt8]) {
  let text = String(decoding: bytes, as: UTF8.self)
  if let address = MailAddress(text) {
    invariant(address.text.utf8.allSatisfy { (0x21...0x7e).contains($0) }, "an address with controls or spaces")
    invariant(!address.text.contains { "<>,;:\"()[]\\".contains($0) }, "an address that ends its field")
    invariant(address.text.utf8.count(where: { $0 == UInt8(ascii: "@") }) == 1, "two domains")
  }
  guard let sender = MailAddress("chat@example.org") else { return }
  // Identifiers are the server's own.
  let id = String(text.prefix(60))
  let message = MailMessage(
    from: sender, fromName: text, to: sender, subject: text, text: text, id: id, unixSeconds: Int64(bytes.count))
  check(message.bytes)
}

private func check(_ bytes: [UInt8]) {
  var column = 0
  var previous: UInt8 = 0
  var lines: [[UInt8]] = [[]]
  for byte in bytes {
    invariant((0x20...0x7e).contains(byte) || byte == 9 || byte == 10 || byte == 13, "a control character")
    invariant((byte == 10) == (previous == 13), "a bare line end")
    column = byte == 10 ? 0 : column + 1
    if byte == 10 { lines.append([]) } else if byte != 13 { lines[lines.count - 1].append(byte) }
    previous = byte
  }
  invariant(lines.allSatisfy { $0.count <= 998 }, "a line is too long")
  let head = lines.prefix { !$0.isEmpty }.filter { $0.first != UInt8(ascii: " ") }
  invariant(head.count == 9, "a field too many or too few")
}
