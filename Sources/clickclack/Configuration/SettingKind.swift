import Runtime

/// A type of setting: how its text is read, checked and written.
struct SettingKind<Value: Sendable>: Sendable {
  /// Named in the documentation, bounds included.
  let name: String
  var fileForm = Setting.FileForm.text
  /// Throws `BadValue` with a sentence that continues "the setting ...".
  let parse: @Sendable (String) throws(BadValue) -> Value
  let text: @Sendable (Value) -> String
}

extension SettingKind where Value == String {
  static let path = SettingKind(name: "path", parse: { $0 }, text: { $0 })
  static let text = SettingKind(name: "string", parse: { $0 }, text: { $0 })

  /// An e-mail address, or nothing.
  static let mailAddress = SettingKind(
    name: "address",
    parse: { text throws(BadValue) in
      guard text.isEmpty || MailAddress(text) != nil else {
        throw BadValue("must be an address such as 'chat@example.org', not '\(text)'")
      }
      return text
    }, text: { $0 })

  /// The name of a header field (RFC 9110, section 5.1), as far as anybody uses.
  static let fieldName = SettingKind(
    name: "string",
    parse: { text throws(BadValue) in
      let isGood =
        text.utf8.count <= 64
        && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
      guard isGood else { throw BadValue("must be the name of a header field, not '\(text)'") }
      return text
    }, text: { $0 })

  /// Letters, digits and hyphens that are safe inside a cookie's name.
  static let cookieNamespace = SettingKind(
    name: "string",
    parse: { text throws(BadValue) in
      let isGood =
        text.utf8.count <= 32 && text.allSatisfy { ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "-" }
      guard isGood else { throw BadValue("must be at most 32 lower-case letters, digits and hyphens, not '\(text)'") }
      return text
    }, text: { $0 })

  /// A server's address as clients write it, path prefix allowed.
  static let serverURL = SettingKind(
    name: "url",
    parse: { text throws(BadValue) in
      var trimmed = text[...]
      while trimmed.hasSuffix("/") { trimmed.removeLast() }
      guard let separator = trimmed.firstRange(of: "://"), !trimmed.contains(where: { $0 == "?" || $0 == "#" }) else {
        throw BadValue("must be a URL such as 'https://chat.example', not '\(text)'")
      }
      let origin = trimmed[..<(trimmed[separator.upperBound...].firstIndex(of: "/") ?? trimmed.endIndex)]
      _ = try WebOrigin(parsing: String(origin))
      return String(trimmed)
    }, text: { $0 })

  /// The same, or nothing.
  static let optionalServerURL = SettingKind(
    name: "url", parse: { text throws(BadValue) in text.isEmpty ? "" : try serverURL.parse(text) }, text: { $0 })
}

extension SettingKind where Value == Bool {
  static let boolean = SettingKind(
    name: "bool", fileForm: .boolean,
    parse: { text throws(BadValue) in
      guard let value = BooleanText.parse(text) else { throw BadValue("must be true or false, not '\(text)'") }
      return value
    }, text: { $0 ? "true" : "false" })
}

extension SettingKind where Value == Int {
  static func integer(_ range: ClosedRange<Int>) -> SettingKind {
    SettingKind(
      name: "int \(range.lowerBound)-\(range.upperBound)", fileForm: .integer,
      parse: { text throws(BadValue) in
        guard let number = Int(text), range.contains(number) else {
          throw BadValue(
            "must be a whole number from \(range.lowerBound) to \(range.upperBound), not '\(text)'")
        }
        return number
      }, text: { "\($0)" })
  }

  static func bytes(_ range: ClosedRange<Int>) -> SettingKind {
    SettingKind(
      name: "bytes \(ByteCount.text(range.lowerBound))-\(ByteCount.text(range.upperBound))", fileForm: .textOrInteger,
      parse: { text throws(BadValue) in
        let bytes = try ByteCount.parse(text)
        guard range.contains(bytes) else {
          throw BadValue(
            "must be from \(ByteCount.text(range.lowerBound)) to \(ByteCount.text(range.upperBound)), not '\(text)'")
        }
        return bytes
      }, text: ByteCount.text)
  }
}

extension SettingKind where Value == Double {
  /// A part of a whole.
  static let ratio = SettingKind(
    name: "number 0-1", fileForm: .number,
    parse: { text throws(BadValue) in
      guard let number = DecimalNumber(text, style: .json).flatMap({ Double($0.text) }), (0...1).contains(number) else {
        throw BadValue("must be a number from 0 to 1, not '\(text)'")
      }
      return number
    }, text: { $0 == $0.rounded() ? "\(Int($0))" : "\($0)" })
}

extension SettingKind where Value == Duration {
  static func duration(_ range: ClosedRange<Duration>) -> SettingKind {
    let bounds = (DurationText.text(range.lowerBound), DurationText.text(range.upperBound))
    return SettingKind(
      name: "duration \(bounds.0)-\(bounds.1)",
      parse: { text throws(BadValue) in
        let duration = try DurationText.parse(text)
        guard range.contains(duration) else {
          throw BadValue("must be from \(bounds.0) to \(bounds.1), not '\(text)'")
        }
        return duration
      }, text: DurationText.text)
  }
}

extension SettingKind where Value == ListenAddress {
  static let address = SettingKind(
    name: "address", parse: { text throws(BadValue) in try ListenAddress(parsing: text) }, text: { $0.text })
}

extension SettingKind where Value == SMTPAddress? {
  static let smtpAddress = SettingKind(
    name: "url", parse: { text throws(BadValue) in text.isEmpty ? nil : try SMTPAddress(parsing: text) },
    text: { $0?.text ?? "" })
}

extension SettingKind where Value == WebOrigin? {
  static let origin = SettingKind(
    name: "url", parse: { text throws(BadValue) in text.isEmpty ? nil : try WebOrigin(parsing: text) },
    text: { $0?.text ?? "" })
}

extension SettingKind where Value == ProviderURL? {
  static let providerURL = SettingKind(
    name: "url", parse: { text throws(BadValue) in text.isEmpty ? nil : try ProviderURL(parsing: text) },
    text: { $0?.text ?? "" })
}

extension SettingKind where Value == [String] {
  /// Names without white space.
  static func words(_ name: String) -> SettingKind {
    list(
      name,
      parse: { word throws(BadValue) in
        guard word.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
          throw BadValue("must hold names without white space, not '\(word)'")
        }
        return word
      }, text: { $0 })
  }
}

extension SettingKind where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
  static var choice: SettingKind {
    let names = Value.allCases.map(\.rawValue).joined(separator: ", ")
    return SettingKind(
      name: names,
      parse: { text throws(BadValue) in
        guard let value = Value(rawValue: text) else { throw BadValue("must be one of \(names), not '\(text)'") }
        return value
      }, text: \.rawValue)
  }
}

extension SettingKind {
  /// How many elements a list may have.
  static var listCountMax: Int { 256 }

  /// Elements between commas; spaces around them do not count.
  static func list<Element: Sendable>(
    _ name: String, parse: @escaping @Sendable (String) throws(BadValue) -> Element,
    text: @escaping @Sendable (Element) -> String
  ) -> SettingKind where Value == [Element] {
    SettingKind(
      name: "list of \(name)", fileForm: .list,
      parse: { value throws(BadValue) in
        var elements: [Element] = []
        for part in value.split(separator: ",") {
          let word = part.drop { $0 == " " }
          let end = word.lastIndex { $0 != " " }
          guard let end else { continue }
          elements.append(try parse(String(word[...end])))
        }
        guard elements.count <= listCountMax else { throw BadValue("must have at most \(listCountMax) elements") }
        return elements
      }, text: { $0.map(text).joined(separator: ",") })
  }
}
