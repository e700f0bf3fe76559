@testable import HTTP
@testable import Storage

/// Names of people, channels, commands, scopes and codes: each rule is idempotent, bounded and what it promises to be.
func fuzzName(_ bytes: [UInt8]) {
  let text = String(decoding: bytes, as: UTF8.self)
  let trimmed = PlainText.trimmed(text)
  invariant(PlainText.trimmed(trimmed) == trimmed, "trimming twice")
  for bytesMax in [0, 1, 7, 80] {
    let prefix = PlainText.prefix(text, bytesMax: bytesMax)
    invariant(prefix.utf8.count <= bytesMax && text.utf8.starts(with: prefix.utf8), "no prefix")
    invariant(PlainText.prefix(prefix, bytesMax: bytesMax) == prefix, "shortening twice")
    invariant(KeptText.of(bytes, bytesMax: bytesMax).utf8.count <= bytesMax, "too much is kept")
  }
  checkHandle(text)
  checkSlug(text)
  normal(text, bytesMax: DisplayName.bytesMax) { text throws(StoreError) in try DisplayName.validated(text) }
  normal(text, bytesMax: Names.bytesMax) { text throws(StoreError) in try Names.required(text, of: "topic") }
  normal(text, bytesMax: EmailAddress.bytesMax) { text throws(StoreError) in try EmailAddress.validated(text) }
  normal(text, bytesMax: 33) { text throws(StoreError) in try CommandName.validated(text) }
  normal(text, bytesMax: 128) { text throws(StoreError) in try SetupNonce.validated(text) ?? "" }
  normal(text, bytesMax: .max) { text throws(StoreError) in try MessageText.body(text) }
  normal(text, bytesMax: 4 * MessageText.nonceScalarsMax) { text throws(StoreError) in try MessageText.nonce(text) ?? ""
  }
  checkScopes(text)
  if let hash = SetupCodeSecret.hash(typed: text) {
    invariant(SetupCodeSecret.hash(typed: " -" + text.uppercased()) == hash, "how a code is typed counts")
    invariant(SetupCodeSecret.hash(typed: text + "0") == nil, "a code that is too long")
  }
  if let kind = Storage.Token.kind(of: text) {
    invariant(text.utf8.count == kind.rawValue.utf8.count + 43 && text.utf8.starts(with: kind.rawValue.utf8), "a token")
  }
}

/// A rule that gives the stored form: of that it gives the same again.
private func normal(_ text: String, bytesMax: Int, _ rule: (String) throws(StoreError) -> String) {
  guard let stored = outcome({ () throws(StoreError) in try rule(text) }), !stored.isEmpty else { return }
  invariant(stored.utf8.count <= bytesMax, "too long: \(stored)")
  let again = outcome { () throws(StoreError) in try rule(stored) }
  invariant(again.map { Array($0.utf8) } == Array(stored.utf8), "not a normal form: \(stored)")
}

private func checkHandle(_ text: String) {
  normal(text, bytesMax: 32) { text throws(StoreError) in try Handle.validated(text) }
  guard let handle = outcome({ () throws(StoreError) in try Handle.validated(text) }), !handle.isEmpty else { return }
  // Nothing that only looks like a letter or a digit, or can't be seen, is in a handle.
  invariant(handle.utf8.allSatisfy(isHandleByte), "another letter: \(handle)")
  invariant(Mentions.handles(in: "@" + handle) == [handle], "a handle that can't be mentioned: \(handle)")
}

private func checkSlug(_ text: String) {
  let slug = Names.slug(text)
  invariant(Names.slug(slug) == slug, "not a normal form: \(slug)")
  invariant(
    slug.utf8.allSatisfy(isHandleByte) && !slug.contains("_") && !slug.contains("--"), "another letter: \(slug)")
  invariant(!slug.hasPrefix("-") && !slug.hasSuffix("-"), "a hyphen at the end: \(slug)")
}

private func checkScopes(_ text: String) {
  guard let scopes = outcome({ () throws(StoreError) in try BotScopes.expanded([text]) }) else { return }
  invariant(!scopes.isEmpty && scopes.allSatisfy(BotScopes.all.contains), "an unknown scope")
  invariant(scopes == scopes.sorted() && Set(scopes).count == scopes.count, "out of order")
  invariant(BotScopes.stored(scopes.joined(separator: " ")) == scopes, "scopes do not survive")
  let again = outcome { () throws(StoreError) in try BotScopes.expanded(scopes) }
  invariant(again == scopes, "not a normal form")
}

private func isHandleByte(_ byte: UInt8) -> Bool {
  (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
}
