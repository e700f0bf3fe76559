@_spi(_Unicode) import Swift
@testable import Storage

/// Passwords: bounded, the same in every form of Unicode, and a normal form.
func fuzzPassword(_ bytes: [UInt8]) {
  let text = String(decoding: bytes, as: UTF8.self)
  guard let password = outcome({ () throws(StoreError) in try Password(text) }) else { return }
  invariant(!password.bytes.isEmpty && password.bytes.count <= Password.bytesMax, "a password of another length")
  let prepared = String(decoding: password.bytes, as: UTF8.self)
  invariant(Array(prepared.utf8) == password.bytes, "not UTF-8")
  invariant(prepared.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }, "a control character")
  let again = outcome { () throws(StoreError) in try Password(prepared) }
  invariant(again?.bytes == password.bytes, "not a normal form")
  let decomposed = String(String.UnicodeScalarView(text._nfd))
  if let other = outcome({ () throws(StoreError) in try Password(decomposed) }) {
    invariant(other.bytes == password.bytes, "two forms of one text are two passwords")
  }
  if let chosen = outcome({ () throws(StoreError) in try Password(choosing: text) }) {
    invariant(chosen.bytes == password.bytes, "choosing makes another password")
    invariant(prepared.unicodeScalars.count >= Password.charactersMin, "too short")
  }
}
